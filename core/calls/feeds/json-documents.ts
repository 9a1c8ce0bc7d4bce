/**
 * Splits text that holds several JSON documents one behind the other (`{…}{…}`, with or without lines between) into
 * their texts. Linear; what stands between documents, or is cut short at the end, comes as a piece of its own. Past `most`
 * pieces it stops, having given more than that.
 */
export function splitJsonDocuments(text: string, most: number): readonly string[] {
  const documents: string[] = [];
  let start = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length && documents.length <= most; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 92 /* \ */) at++;
      else if (char === 34 /* " */) inString = false;
    } else if (char === 34) inString = true;
    else if (char === 123 /* { */ || char === 91 /* [ */) {
      if (depth === 0) {
        keep(text.slice(start, at));
        start = at;
      }
      depth++;
    } else if ((char === 125 /* } */ || char === 93) /* ] */ && depth > 0) {
      depth--;
      if (depth > 0) continue;
      keep(text.slice(start, at + 1));
      start = at + 1;
    }
  }
  if (documents.length <= most) keep(text.slice(start));
  return documents;

  function keep(piece: string): void {
    const trimmed = piece.trim();
    if (trimmed !== '') documents.push(trimmed);
  }
}
