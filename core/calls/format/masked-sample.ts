const MAX_SAMPLE = 120;

/** The shape of a line without its content: letters become `a`, digits `9`, control characters a space. */
export function maskedSample(line: string): string {
  const start = line.slice(0, MAX_SAMPLE);
  return start
    .replace(/\d/g, '9')
    .replace(/[A-Za-z\u0080-\uffff]/g, 'a')
    .replace(/\p{Cc}/gu, ' ');
}
