import { stripVTControlCharacters } from 'node:util';

/** Wider text is hard to read, however wide the terminal. */
const READABLE_COLUMNS = 120;
/** Of a terminal that does not say. */
const UNKNOWN_COLUMNS = 80;

interface Terminal {
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number };
}

/** Columns that a list of problems may take, one a line: in a pipe each stays on its line, for editors and grep. */
export function listWidth(io: Terminal): number {
  return io.stdout.isTTY === true ? textWidth(io) : Number.POSITIVE_INFINITY;
}

/** Columns that text may take: the terminal's, 80 where there is none. */
export function textWidth({ stdout }: Terminal): number {
  const columns = stdout.isTTY === true ? (stdout.columns ?? 0) : 0;
  return columns > 0 ? Math.min(columns, READABLE_COLUMNS) : UNKNOWN_COLUMNS;
}

/**
 * Text whose lines are broken at spaces so that none is wider. The rest of a line stands under its beginning, that of an item
 * (`  • …`, `+ …`) under its text; a longer word stays whole, for it may be an id or a path. Colours take no room.
 */
export function fitted(text: string, widthColumns: number): string {
  return text
    .split('\n')
    .map((line) => (visibleLength(line) <= widthColumns ? line : broken(line, widthColumns)))
    .join('\n');
}

function broken(line: string, widthColumns: number): string {
  const [lead = ''] = /^ */.exec(line) ?? [];
  const [marker = ''] = /^[•+\-~=!] +/.exec(stripVTControlCharacters(line.slice(lead.length))) ?? [];
  const hanging = lead.length + (marker === '' && lead !== '' ? 2 : marker.length);
  const first = widthColumns - lead.length;
  return (
    lead + filled(line.slice(lead.length), first, widthColumns - hanging).join(`\n${' '.repeat(hanging)}`)
  );
}

/** Text that stands behind `indent` columns of something else, its further lines under its first. */
export function wrapped(text: string, widthColumns: number, indent: number): string {
  const room = widthColumns - indent;
  return filled(text, room, room).join(`\n${' '.repeat(indent)}`);
}

function filled(text: string, firstColumns: number, otherColumns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  // A number and its per cent stay together.
  for (const word of text.split(/ (?!%)/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && visibleLength(longer) > (lines.length === 0 ? firstColumns : otherColumns)) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Paragraphs filled anew to the width, whatever their breaks; examples, lists and titles stay line by line. */
export function refilled(text: string, widthColumns: number): string {
  return text
    .split('\n\n')
    .map((block) =>
      /^(?:[A-Z][\w ]*:$| )/m.test(block)
        ? block
        : fitted(block.replace(/(\S)\n(?=\S)/g, '$1 '), widthColumns),
    )
    .join('\n\n');
}

function visibleLength(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
