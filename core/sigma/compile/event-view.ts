import type { FieldValue } from '../taxonomy.js';

/** How the compiler reads events of one kind: calls today, any other log source tomorrow. */
export interface EventModel<E> {
  readonly field: (name: string) => EventField<E> | undefined;
  /** Fields that keyword searches look at. */
  readonly keywordFields: readonly string[];
}

export interface EventField<E> {
  readonly name: string;
  readonly read: (event: E) => FieldValue;
  readonly fewValues: boolean;
  readonly repeats: boolean;
}

/** Numbers the fields that a rule set uses: slot = position in the view. */
export class FieldSlots<E> {
  readonly fields: EventField<E>[] = [];
  private readonly slots = new Map<string, number>();

  constructor(private readonly model: EventModel<E>) {}

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

/**
 * One event as predicates see it. Reused for every event: values and folded texts are worked out at most once an
 * event, and only when a predicate asks.
 */
export class EventView<E> {
  private event: E | undefined;
  private stamp = 0;
  private readonly readers: readonly ((event: E) => FieldValue)[];
  private readonly values: FieldValue[];
  private readonly valueStamps: Int32Array;
  private readonly folded: (string | undefined)[];
  private readonly foldedStamps: Int32Array;
  /** Fields of few values: folding the same method and kind again and again costs more than all comparisons. */
  private readonly knownFolds: readonly (Map<string, string> | undefined)[];

  constructor(fields: readonly EventField<E>[]) {
    this.readers = fields.map(({ read }) => read);
    this.values = fields.map(() => undefined);
    this.folded = fields.map(() => undefined);
    this.knownFolds = fields.map(({ fewValues }) => (fewValues ? new Map<string, string>() : undefined));
    this.valueStamps = new Int32Array(fields.length);
    this.foldedStamps = new Int32Array(fields.length);
  }

  show(event: E): void {
    this.event = event;
    this.stamp = (this.stamp + 1) | 0;
    // After 2^32 events stamps of long ago would look fresh again.
    if (this.stamp === 0) {
      this.valueStamps.fill(0);
      this.foldedStamps.fill(0);
      this.stamp = 1;
    }
  }

  value(slot: number): FieldValue {
    if (this.valueStamps[slot] === this.stamp) return this.values[slot];
    const read = this.readers[slot];
    const value = this.event === undefined || read === undefined ? undefined : read(this.event);
    this.values[slot] = value;
    this.valueStamps[slot] = this.stamp;
    return value;
  }

  /** The value as text; `undefined` when the field is absent or null. */
  text(slot: number): string | undefined {
    const value = this.value(slot);
    if (typeof value === 'string') return value;
    return value === undefined || value === null ? undefined : String(value);
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

  private fold(slot: number, text: string): string {
    const known = this.knownFolds[slot];
    if (known === undefined) return text.toLowerCase();
    const folded = known.get(text);
    if (folded !== undefined) return folded;
    const fresh = text.toLowerCase();
    // Bounded, and for short texts only: a caller may make up methods and stages without end.
    if (known.size < 64 && text.length <= 32) known.set(text, fresh);
    return fresh;
  }
}
