import { isKnownVariable, KNOWN_VARIABLES, OPEN_PREFIXES } from './variables.js';

/** `literals[i]`, `variables[i]`, `literals[i + 1]` …: always one literal more than variables; literals may be empty. */
export interface FormatTemplate {
  readonly literals: readonly string[];
  readonly variables: readonly string[];
  /** `${context.x}` instead of `$context.x`, as written; read as the variable all the same. */
  readonly braced: readonly string[];
}

const SEGMENT = /[A-Za-z_][\w]*/y;
const CLAIM_SEGMENT = /[\w:-]+/y;
const OPENING = '$context.';
const BRACED_OPENING = '${context.';

/** Cuts an `accessLogSettings.format` into literals and `$context` variables. Total: any text is a format, maybe without variables. */
export function toTemplate(format: string): FormatTemplate {
  const literals: string[] = [];
  const variables: string[] = [];
  const braced: string[] = [];
  let literalStart = 0;
  let position = 0;
  while (position < format.length) {
    const dollar = format.indexOf('$', position);
    if (dollar < 0) break;
    const found = variableAt(format, dollar);
    if (found === undefined) {
      position = dollar + 1;
      continue;
    }
    literals.push(format.slice(literalStart, dollar));
    variables.push(found.name);
    if (found.braced) braced.push(format.slice(dollar, found.end));
    literalStart = found.end;
    position = found.end;
  }
  literals.push(format.slice(literalStart));
  return { literals, variables, braced };
}

interface FoundVariable {
  readonly name: string;
  readonly end: number;
  readonly braced: boolean;
}

function variableAt(format: string, dollar: number): FoundVariable | undefined {
  if (format.startsWith(OPENING, dollar)) {
    const name = readName(format, dollar + OPENING.length);
    return name === '' ? undefined : { name, end: dollar + OPENING.length + name.length, braced: false };
  }
  if (!format.startsWith(BRACED_OPENING, dollar)) return undefined;
  const name = readName(format, dollar + BRACED_OPENING.length);
  const end = dollar + BRACED_OPENING.length + name.length;
  return name === '' || format[end] !== '}' ? undefined : { name, end: end + 1, braced: true };
}

/** The variable name that starts here: as long as its grammar allows, without trailing punctuation. */
function readName(format: string, start: number): string {
  let end = start;
  for (;;) {
    const open = OPEN_PREFIXES.some(
      (prefix) => format.startsWith(prefix, start) && end >= start + prefix.length,
    );
    const segment = open ? CLAIM_SEGMENT : SEGMENT;
    segment.lastIndex = end;
    const match = segment.exec(format);
    if (match === null) break;
    // A separator such as `-` or `:` between two variables belongs to neither.
    const text = open ? match[0].replace(/[:-]+$/, '') : match[0];
    end += text.length;
    if (text.length < match[0].length || format[end] !== '.') break;
    end += 1;
  }
  const name = format.slice(start, end).replace(/\.+$/, '');
  return isKnownVariable(name) ? name : cutToKnown(name);
}

/** `$context.status.foo` prints the status and then `.foo`: a known variable ends where its name does. */
function cutToKnown(name: string): string {
  const known = KNOWN_VARIABLES.filter((candidate) => name.startsWith(`${candidate}.`));
  return (
    known.reduce((longest, candidate) => (candidate.length > longest.length ? candidate : longest), '') ||
    name
  );
}
