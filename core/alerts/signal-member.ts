import { groupOfEvent, valuesText } from './group-of-event.js';
import type { LeafWord, SignalLeaf, SignalPlan } from './signal-plan.js';
import { MEMBER_HEAD_BYTES, MEMBER_WORD_BYTES } from './signal-plan.js';
import { numberOf, type WindowEvent } from './window-event.js';

/** Numbers are kept in millionths: so sums are sums of integers, exact whatever the order up to 9 · 10⁹. */
const SCALE = 1_000_000;

/** A signal as the store keeps it. */
export interface SignalMember {
  readonly startMs: number;
  readonly bucket: number;
  readonly bytes: Uint8Array;
  /** The bytes as text. */
  readonly name: string;
}

/** A signal as it is judged. */
export interface Signal {
  /** Epoch milliseconds. */
  readonly timeMs: number;
  readonly leaf: number;
  /** Of the event's identity. */
  readonly hash: string;
  /** What the correlations on the leaf's path tell apart and look at, by depth: hashes, and numbers in millionths. */
  readonly groups: readonly (string | undefined)[];
  readonly values: readonly (string | number | undefined)[];
  /** How many signals it stands for. */
  readonly weight: number;
}

export interface Hashing {
  /** 16 hexadecimal digits. */
  readonly hash: (text: string) => string;
  /** Between 0 and 1, keyed: nobody outside can tell which events are kept. */
  readonly rank: (text: string) => number;
}

/**
 * Rank (32-bit float, which sorts as its bytes while it is positive), offset in the span, hash of the event, and a word for
 * each group and value that a correlation on the path looks at. The rank comes first, so that a full bucket keeps those
 * of the lowest rank, whatever the order of arrival. `undefined` where the event lacks one of the fields.
 */
export function signalMember(
  plan: SignalPlan,
  leafIndex: number,
  event: WindowEvent,
  { hash, rank }: Hashing,
): SignalMember | undefined {
  const leaf = plan.leaves[leafIndex];
  const words = leaf === undefined ? undefined : wordsOf(leaf, event, hash);
  if (leaf === undefined || words === undefined) return undefined;
  const startMs = Math.floor(event.timeMs / plan.spanMs) * plan.spanMs;
  const offset = event.timeMs - startMs;
  const bytes = new Uint8Array(MEMBER_HEAD_BYTES + words.length * MEMBER_WORD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setFloat32(0, rankOf(leaf, event, rank));
  view.setUint32(4, offset);
  view.setBigUint64(8, BigInt(`0x${hash(event.id)}`));
  for (const [at, word] of words.entries())
    view.setBigInt64(MEMBER_HEAD_BYTES + at * MEMBER_WORD_BYTES, BigInt.asIntN(64, word));
  const bucket = leafIndex * plan.bucketsPerLeaf + Math.floor(offset / plan.bucketMs);
  return { startMs, bucket, bytes, name: hexOf(bytes) };
}

/** Sizes are sampled in proportion to themselves, so that one large value among very many small ones stays in sight. */
function rankOf(leaf: SignalLeaf, event: WindowEvent, rank: Hashing['rank']): number {
  const last = leaf.path.at(-1);
  if (leaf.sampledBy === 'value' && last !== undefined) return rank(valuesText(last.values, event) ?? '');
  const place = rank(event.id);
  if (leaf.sampledBy === 'event' || last === undefined) return place;
  return place / sizeOf(scaled(last, event) ?? 0);
}

function sizeOf(value: number): number {
  return Math.max(1, Math.abs(value));
}

function wordsOf(leaf: SignalLeaf, event: WindowEvent, hash: Hashing['hash']): readonly bigint[] | undefined {
  const words: bigint[] = [];
  for (const [depth, word] of leaf.path.entries()) {
    if (depth > 0) {
      const group = groupOfEvent({ groupBy: word.group, fields: word.group, mayLack: false }, event);
      if (group === undefined) return undefined;
      words.push(BigInt(`0x${hash(JSON.stringify(word.group.map((field) => group[field])))}`));
    }
    if (word.value === 'number') {
      const value = scaled(word, event);
      if (value === undefined) return undefined;
      words.push(BigInt(value));
    } else if (word.value === 'hash') {
      const text = valuesText(word.values, event);
      if (text === undefined) return undefined;
      words.push(BigInt(`0x${hash(text)}`));
    }
  }
  return words;
}

function scaled(word: LeafWord, event: WindowEvent): number | undefined {
  const [field] = word.values;
  const value = field === undefined ? undefined : numberOf(event.field(field));
  if (value === undefined) return undefined;
  const limit = Number.MAX_SAFE_INTEGER;
  return Math.min(Math.max(Math.round(value * SCALE), -limit), limit) + 0;
}

/** A number as it was before it was scaled. */
export function unscaled(value: number): number {
  return value / SCALE;
}

/** Reads members; those of another length are none. The weight is 1: only the whole bucket tells what a signal stands for. */
export function toSignal(
  leaf: SignalLeaf,
  spanStartMs: number,
  bytes: Uint8Array,
): (Signal & { readonly rank: number; readonly size: number }) | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const groups: (string | undefined)[] = [];
  const values: (string | number | undefined)[] = [];
  let at = MEMBER_HEAD_BYTES;
  const wanted = leaf.path.reduce((sum, { value }, depth) => sum + Number(depth > 0) + Number(!!value), 0);
  if (bytes.byteLength !== at + wanted * MEMBER_WORD_BYTES) return undefined;
  const next = (): number => {
    at += MEMBER_WORD_BYTES;
    return at - MEMBER_WORD_BYTES;
  };
  for (const [depth, { value }] of leaf.path.entries()) {
    groups.push(depth > 0 ? hexOf(bytes.subarray(next(), at)) : undefined);
    if (value === undefined) values.push(undefined);
    else
      values.push(value === 'number' ? Number(view.getBigInt64(next())) : hexOf(bytes.subarray(next(), at)));
  }
  const value = values.at(-1);
  return {
    timeMs: spanStartMs + view.getUint32(4),
    leaf: leaf.index,
    hash: hexOf(bytes.subarray(8, MEMBER_HEAD_BYTES)),
    groups,
    values,
    weight: 1,
    rank: view.getFloat32(0),
    size: leaf.sampledBy === 'size' && typeof value === 'number' ? sizeOf(value) : 1,
  };
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}
