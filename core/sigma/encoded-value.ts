import { assertNever } from '../assert-never.js';
import type { Comparison, Encoding } from './modifiers.js';
import {
  DASHES,
  foldedPattern,
  type Pattern,
  parseValuePattern,
  plainText,
  shaped,
} from './value-pattern.js';

// Four interchangeable dashes in a value that is then encoded: 5^4 = 625 texts, and no value needs more.
const MOST_DASHES_ENCODED = 4;

type PatternComparison = Extract<Comparison, { readonly kind: 'pattern' }>;

/**
 * The patterns that a value stands for under its modifiers, applied in the order written; any of them suffices. In lower
 * case unless `cased`. A value that cannot be encoded is answered in words.
 */
export function patternsOf(
  value: string,
  { shape, cased, encodings }: PatternComparison,
): readonly Pattern[] | string {
  let patterns: readonly Pattern[] = [parseValuePattern(value, 'whole')];
  let isBytes = false;
  for (const encoding of encodings) {
    if (encoding === 'windash') patterns = patterns.map(withDashes);
    else {
      const texts = patterns.map(textsOf);
      const plain = texts.flatMap((text) => (typeof text === 'string' ? [] : text));
      const wrong = texts.find((text) => typeof text === 'string');
      if (wrong !== undefined) return `${wrong} (${encoding})`;
      patterns = plain.flatMap((text) => encoded(text, encoding, { isBytes }));
      isBytes ||= encoding.startsWith('utf16');
    }
  }
  return patterns.map((pattern) => shaped(cased ? pattern : foldedPattern(pattern), shape));
}

/** Every dash and slash of the text stands for any of them. */
function withDashes(pattern: Pattern): Pattern {
  return pattern.flatMap((part): Pattern => {
    if (part.kind !== 'text') return [part];
    const parts: Pattern[number][] = [];
    let text = '';
    for (const character of part.text) {
      if (!DASHES.includes(character)) {
        text += character;
        continue;
      }
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
      parts.push({ kind: 'dash' });
    }
    return text === '' ? parts : [...parts, { kind: 'text', text }];
  });
}

/** All texts of a pattern without wildcards; otherwise what is wrong with it. */
function textsOf(pattern: Pattern): readonly string[] | string {
  const plain = plainText(pattern);
  if (plain !== undefined) return [plain];
  if (pattern.some(({ kind }) => kind === 'any' || kind === 'one')) return 'a wildcard cannot be encoded';
  if (pattern.filter(({ kind }) => kind === 'dash').length > MOST_DASHES_ENCODED)
    return `more than ${MOST_DASHES_ENCODED} dashes cannot be encoded`;
  return pattern.reduce<readonly string[]>(
    (texts, part) => {
      const tails = part.kind === 'text' ? [part.text] : [...DASHES];
      return texts.flatMap((text) => tails.map((tail) => text + tail));
    },
    [''],
  );
}

/** Encoded text; bytes that are no text of their own (UTF-16) become one character each, U+0000 to U+00FF. */
function encoded(
  text: string,
  encoding: Exclude<Encoding, 'windash'>,
  { isBytes }: { readonly isBytes: boolean },
): readonly Pattern[] {
  const bytes = (): readonly number[] =>
    Array.from(text, (character) => character.codePointAt(0) ?? 0).flatMap((point) =>
      isBytes ? [point] : utf8(point),
    );
  switch (encoding) {
    case 'utf16le':
      return [literal(utf16(text, { littleEndian: true }))];
    case 'utf16be':
      return [literal(utf16(text, { littleEndian: false }))];
    case 'utf16':
      return [literal(`\u00ff\u00fe${utf16(text, { littleEndian: true })}`)];
    case 'base64':
      return [literal(base64(bytes()))];
    case 'base64offset':
      return [0, 1, 2].map((offset) => literal(base64At(bytes(), offset)));
    default:
      return assertNever(encoding);
  }
}

function literal(text: string): Pattern {
  return text === '' ? [] : [{ kind: 'text', text }];
}

function utf16(text: string, { littleEndian }: { readonly littleEndian: boolean }): string {
  let bytes = '';
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const [low, high] = [String.fromCharCode(code & 0xff), String.fromCharCode(code >> 8)];
    bytes += littleEndian ? low + high : high + low;
  }
  return bytes;
}

function utf8(point: number): readonly number[] {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), 0x80 | (point & 0x3f)];
  if (point < 0x10000) return [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)];
  return [
    0xf0 | (point >> 18),
    0x80 | ((point >> 12) & 0x3f),
    0x80 | ((point >> 6) & 0x3f),
    0x80 | (point & 0x3f),
  ];
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.slice(at, at + 3);
    const bits = (first << 16) | (second << 8) | third;
    for (const shift of [18, 12, 6, 0]) text += ALPHABET.charAt((bits >> shift) & 63);
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - padding) + '='.repeat(padding);
}

/** What of the encoded bytes is the same whatever stands before and after them, when `offset` bytes precede in their group. */
function base64At(bytes: readonly number[], offset: number): string {
  const whole = base64([...Array.from({ length: offset }, () => 0), ...bytes]);
  const start = [0, 2, 3][offset] ?? 0;
  const end = [0, 3, 2][(bytes.length + offset) % 3] ?? 0;
  return whole.slice(start, whole.length - end);
}
