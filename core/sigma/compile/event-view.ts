import type { FieldValue } from '../taxonomy.js';
import { VerdictCache } from './verdict-cache.js';

/** A list is searched for any of its items. */
export type SlotValue = FieldValue | readonly FieldValue[];

/** How the compiler reads events of one kind: calls, or plain JSON. */
export interface EventModel<E> {
  readonly field: (name: string) => EventField<E> | undefined;
  /** Fields that keyword searches look at. */
  readonly keywordFields: readonly string[];
  /** Whether a field may hold a list. False makes predicates that need not look. */
  readonly hasLists: boolean;
}

export interface EventField<E> {
  readonly name: string;
  readonly read: (event: E) => SlotValue;
  readonly fewValues: boolean;
  readonly repeats: boolean;
}

/** Numbers the fields that a rule set uses: slot = position in the view. */
export class FieldSlots<E> {
  readonly fields: EventField<E>[] = [];
  readonly hasLists: boolean;
  private readonly slots = new Map<string, number>();

  constructor(private readonly model: EventModel<E>) {
    this.hasLists = model.hasLists;
  }

  /** A field the model does not have reads as absent: parsing has refused what is not known at all. */
  slotOf(name: string): number {
    const known = this.slots.get(name);
    if (known !== undefined) return known;
    const slot = this.fields.length;
    this.fields.push(
      this.model.field(name) ?? { name, read: () => undefined, fewValues: true, repeats: false },
    );
    this.slots.set(name, slot);
    return slot;
  }

  keywordSlots(): readonly number[] {
    return this.model.keywordFields.map((name) => this.slotOf(name));
  }
}

const NO_TEXTS: readonly string[] = [];
/** Remembered a field: a caller may make up methods and stages without end. */
const FOLDS_MAX = 128;

/**
 * One event as predicates see it. Reused for every event: values and folded texts are worked out at most once an
 * event, and only when a predicate asks.
 */
export class EventView<E> {
  private event: E | undefined;
  private stamp = 0;
  private readonly readers: readonly ((event: E) => SlotValue)[];
  private readonly values: SlotValue[];
  private readonly valueStamps: Int32Array;
  private readonly folded: (string | undefined)[];
  private readonly foldedStamps: Int32Array;
  private readonly foldedLists: (readonly string[])[];
  private readonly foldedListStamps: Int32Array;
  /** Of fields whose values repeat: folding the same method and route again and again costs more than all comparisons. */
  private readonly knownFolds: readonly (VerdictCache<string> | undefined)[];

  constructor(fields: readonly EventField<E>[]) {
    this.readers = fields.map(({ read }) => read);
    this.values = fields.map(() => undefined);
    this.folded = fields.map(() => undefined);
    this.foldedLists = fields.map(() => NO_TEXTS);
    this.knownFolds = fields.map((field) => (comesAgain(field) ? new VerdictCache(FOLDS_MAX) : undefined));
    this.valueStamps = new Int32Array(fields.length);
    this.foldedStamps = new Int32Array(fields.length);
    this.foldedListStamps = new Int32Array(fields.length);
  }

  show(event: E): void {
    this.event = event;
    this.stamp = (this.stamp + 1) | 0;
    // After 2^32 events stamps of long ago would look fresh again.
    if (this.stamp === 0) {
      this.valueStamps.fill(0);
      this.foldedStamps.fill(0);
      this.foldedListStamps.fill(0);
      this.stamp = 1;
    }
  }

  value(slot: number): SlotValue {
    if (this.valueStamps[slot] === this.stamp) return this.values[slot];
    const read = this.readers[slot];
    const value = this.event === undefined || read === undefined ? undefined : read(this.event);
    this.values[slot] = value;
    this.valueStamps[slot] = this.stamp;
    return value;
  }

  /** The value as text; `undefined` when the field is absent, null, or a list. */
  text(slot: number): string | undefined {
    const value = this.value(slot);
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  }

  /** The text in lower case: Sigma compares without regard to case. */
  foldedText(slot: number): string | undefined {
    if (this.foldedStamps[slot] === this.stamp) return this.folded[slot];
    const raw = this.text(slot);
    const text = raw === undefined ? undefined : this.fold(slot, raw);
    this.folded[slot] = text;
    this.foldedStamps[slot] = this.stamp;
    return text;
  }

  /** The items of a list in lower case, but for null and absent ones; empty when the value is no list. */
  foldedTexts(slot: number): readonly string[] {
    if (this.foldedListStamps[slot] === this.stamp) return this.foldedLists[slot] ?? NO_TEXTS;
    const texts = textsOf(this.value(slot)).map((text) => text.toLowerCase());
    this.foldedLists[slot] = texts;
    this.foldedListStamps[slot] = this.stamp;
    return texts;
  }

  private fold(slot: number, text: string): string {
    const known = this.knownFolds[slot];
    if (known === undefined) return text.toLowerCase();
    const folded = known.get(text);
    if (folded !== undefined) return folded;
    const fresh = text.toLowerCase();
    known.put(text, fresh);
    return fresh;
  }
}

/** One compiled comparison or condition. */
export type Predicate<E> = (view: EventView<E>) => boolean;

/** Whether what was found in a value of the field is worth remembering. */
export function comesAgain({ fewValues, repeats }: EventField<never>): boolean {
  return fewValues || repeats;
}

export function isList(value: SlotValue): value is readonly FieldValue[] {
  return typeof value === 'object' && value !== null;
}

/** The items of a list as texts; empty when the value is no list. */
export function textsOf(value: SlotValue): readonly string[] {
  if (!isList(value)) return NO_TEXTS;
  return value.flatMap((item) => (item === undefined || item === null ? [] : [String(item)]));
}
