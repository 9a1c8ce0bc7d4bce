import type { ErrorCode } from 'yaml';

/** What would be right where a text is not valid YAML; `line` is the one it stands in. */
export function yamlRemedy(code: ErrorCode, line: string): string {
  if (/(?:^\s*-|:)\s+\*/.test(line)) return 'put text that begins with * in quotes';
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'write each key once: a list holds several values, a second selection several conditions on one field';
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    case 'BAD_DQ_ESCAPE':
      return 'put text with backslashes in single quotes';
    default:
      return 'mend the indentation or quoting';
  }
}
