import type { FieldKind } from './field-kind.js';
import type { FormatTemplate } from './format-template.js';
import { GATEWAY_MESSAGE } from './gateway-messages.js';
import type { Escaping } from './unescape.js';
import { factsOf } from './variables.js';

/** One value of a rendered line: the text between two literals, almost always one variable. */
export interface Cell {
  /** Indexes into the format's variables; several only where the format puts no text between them. */
  readonly slots: readonly number[];
  readonly kind: FieldKind;
  /** See `VariableFacts.trust`. */
  readonly trust: number;
  /** The quote character on both sides, else `undefined`. */
  readonly quote: string | undefined;
  /** Characters that an unmended value of this cell never holds (unescaped). */
  readonly forbidden: readonly string[];
  readonly escaping: Escaping;
  /** A bare free text that mostly is one of known words: what tells where it ends among others. */
  readonly usual: RegExp | undefined;
  /** `error.messageString`: API Gateway prints it with quotes of its own, which belong to the value, or a bare `-`. */
  readonly preQuoted: boolean;
}

/** A format as the readers see it. `literals[i]` stands before `cells[i]`, the last one after all; inner ones are never empty. */
export interface Layout {
  readonly literals: readonly string[];
  readonly cells: readonly Cell[];
  readonly variables: readonly string[];
  readonly shape: 'json' | 'xml' | 'plain';
  /** The separators name their fields, so that a line which has them all certainly is of this format. */
  readonly distinctive: boolean;
}

export function toLayout(template: FormatTemplate): Layout {
  const { literals, groups } = glued(template);
  const text = template.literals.join('');
  const shape = shapeOf(text);
  const inner = literals.slice(1, -1);
  const mark = markOf(inner);
  const firsts = [...new Set(inner.map((literal) => literal.charAt(0)))];
  const bareTexts = groups.filter(
    (slots, i) => quoteAround(literals, i) === undefined && isText(slots, template),
  );
  const cells = groups.map((slots, i): Cell => {
    const names = slots.map((slot) => template.variables[slot] ?? '');
    const facts = names.map(factsOf);
    const quote = quoteAround(literals, i);
    const atEnd = literals[i + 1] === '';
    return {
      slots,
      kind: slots.length === 1 ? (facts[0]?.kind ?? 'text') : 'text',
      trust: Math.min(...facts.map((fact) => fact.trust)),
      quote,
      forbidden: forbiddenIn({
        quote,
        shape,
        mark,
        firsts,
        freeTail: atEnd && bareTexts.every((text) => text === slots),
      }),
      escaping: shape === 'plain' ? (quote === undefined ? 'none' : 'quoted') : shape,
      usual:
        shape === 'plain' && quote === undefined && slots.length === 1 ? USUAL[names[0] ?? ''] : undefined,
      preQuoted: names.length === 1 && names[0] === 'error.messageString',
    };
  });
  const distinctive =
    inner.length === 0 ? text.trim().length > 3 : inner.every((literal) => /\w\W/.test(literal));
  return { literals, cells, variables: template.variables, shape, distinctive };
}

/** Texts with no more than a separator between them can be told apart only where their values are known, or quoted. */
const USUAL: Readonly<Record<string, RegExp>> = {
  'error.message': GATEWAY_MESSAGE,
  'error.messageString': /^"[^"]*"$/,
  'integration.error': /^-$/,
  'authorizer.error': /^-$/,
  integrationErrorMessage: /^-$/,
};

interface Surroundings {
  readonly quote: string | undefined;
  readonly shape: Layout['shape'];
  readonly mark: string | undefined;
  readonly firsts: readonly string[];
  /** The last value of the line, and no bare free text before it, which could have spilled into it. */
  readonly freeTail: boolean;
}

function forbiddenIn({ quote, shape, mark, firsts, freeTail }: Surroundings): readonly string[] {
  if (quote !== undefined) return [quote];
  if (shape === 'json') return ['"', ',', '{', '}'];
  if (shape === 'xml') return ['<'];
  if (freeTail) return [];
  return mark === undefined ? firsts : [mark];
}

/** Variables with nothing between them share a cell. */
function glued(template: FormatTemplate) {
  const literals: string[] = [template.literals[0] ?? ''];
  const groups: number[][] = [];
  template.variables.forEach((_name, slot) => {
    const last = groups.at(-1);
    if (last !== undefined && template.literals[slot] === '') {
      last.push(slot);
      literals[literals.length - 1] = template.literals[slot + 1] ?? '';
    } else {
      groups.push([slot]);
      literals.push(template.literals[slot + 1] ?? '');
    }
  });
  return { literals, groups };
}

function isText(slots: readonly number[], template: FormatTemplate): boolean {
  return slots.some((slot) => factsOf(template.variables[slot] ?? '').kind === 'text');
}

function quoteAround(literals: readonly string[], cell: number): string | undefined {
  const before = literals[cell] ?? '';
  const after = literals[cell + 1] ?? '';
  const quote = before.at(-1);
  return (quote === '"' || quote === "'") && after.startsWith(quote) ? quote : undefined;
}

function shapeOf(text: string): Layout['shape'] {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('<')) return 'xml';
  return trimmed.startsWith('{') || /"[\w.@ -]+"\s*:/.test(trimmed) ? 'json' : 'plain';
}

/** A character that every separator has, so that a value without it cannot hold a whole separator. */
function markOf(separators: readonly string[]): string | undefined {
  if (separators.length === 0) return undefined;
  return ['"', '<', '=', '|', '\t', ';', ':', ',', ' '].find((mark) =>
    separators.every((text) => text.includes(mark)),
  );
}
