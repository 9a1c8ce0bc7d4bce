/**
 * The segment with `%XX` replaced by the ASCII character it stands for; bytes above ASCII become U+FFFD (free text
 * all the same). `undefined` when an escape is broken.
 */
export function percentDecoded(segment: string): string | undefined {
  let out = '';
  let from = 0;
  for (let at = segment.indexOf('%'); at !== -1; at = segment.indexOf('%', from)) {
    const high = hexValue(segment.charCodeAt(at + 1));
    const low = hexValue(segment.charCodeAt(at + 2));
    if (high < 0 || low < 0) return undefined;
    const byte = high * 16 + low;
    out += segment.slice(from, at) + (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd');
    from = at + 3;
  }
  return out + segment.slice(from);
}

function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
