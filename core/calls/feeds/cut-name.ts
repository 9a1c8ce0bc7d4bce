/** What CloudWatch Logs lets a log group or a stream be called, for all that is ASCII. */
const NAME_MAX_BYTES = 512;

/**
 * A name that others wrote, cut to 512 bytes of UTF-8: it goes into every call and every item of its payload, and an item has
 * an end.
 */
export function cutName(name: string): string {
  // No character takes more than three bytes per UTF-16 unit.
  if (name.length * 3 <= NAME_MAX_BYTES) return name;
  let bytes = 0;
  let end = 0;
  for (const char of name) {
    bytes += utf8Bytes(char.codePointAt(0) ?? 0);
    if (bytes > NAME_MAX_BYTES) return name.slice(0, end);
    end += char.length;
  }
  return name;
}

function utf8Bytes(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
