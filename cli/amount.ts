/** `1,234`. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `512 bytes`, `12.3 KB`, `4.5 MB`. */
export function size(bytes: number): string {
  if (bytes < 10_000) return `${number(Math.round(bytes))} bytes`;
  return bytes < 1_000_000 ? `${number(tenths(bytes / 1000))} KB` : `${number(tenths(bytes / 1_000_000))} MB`;
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** How long ago, in its largest unit: `40 s`, `12 min`, `3 h`, `2 d`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6_000) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** `1 file`, `2 files`. */
export function amount(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? '' : 's'}`;
}
