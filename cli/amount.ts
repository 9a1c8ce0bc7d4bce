/** `1,234`. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 file`, `2 files`. */
export function amount(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? '' : 's'}`;
}
