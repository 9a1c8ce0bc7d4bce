import type { FieldValue } from '../taxonomy.js';
import type { EntryTerm } from './entry-terms.js';
import { type EventView, isList } from './event-view.js';
import { LiteralAutomaton } from './literal-automaton.js';
import { VerdictCache } from './verdict-cache.js';

interface SlotIndex {
  readonly slot: number;
  /** Rules by folded text, and by number for numeric fields. */
  readonly texts: ReadonlyMap<string, readonly number[]> | undefined;
  readonly numbers: ReadonlyMap<number, readonly number[]> | undefined;
  /** Literal number → rules that look for it in this slot; `undefined` when the slot is not scanned. */
  readonly literals: readonly (readonly number[] | undefined)[] | undefined;
  readonly cache: VerdictCache<readonly number[]> | undefined;
}

const CACHED_TEXTS = 2_048;
const NO_RULES: readonly number[] = [];

/** Finds the rules that one event might match: those of which a required term is there, and those that require none. */
export class CandidateFinder<E> {
  /** Positions of the candidates after `find`; only the first `count` are valid. */
  readonly candidates: Int32Array;
  count = 0;

  private readonly seen: Int32Array;
  private stamp = 0;
  private readonly always: readonly number[];
  private readonly slots: readonly SlotIndex[];
  private readonly automaton: LiteralAutomaton;
  private current: SlotIndex['literals'];

  constructor(terms: readonly (readonly EntryTerm[] | undefined)[], repeats: (slot: number) => boolean) {
    this.candidates = new Int32Array(terms.length);
    this.seen = new Int32Array(terms.length);
    this.always = terms.flatMap((ofRule, rule) => (ofRule === undefined ? [rule] : []));
    const { literals, slots } = indexTerms(terms, repeats);
    this.slots = slots;
    this.automaton = new LiteralAutomaton(literals);
  }

  find(view: EventView<E>): void {
    this.count = 0;
    this.stamp = (this.stamp + 1) | 0;
    if (this.stamp === 0) {
      this.seen.fill(0);
      this.stamp = 1;
    }
    this.addAll(this.always);
    for (const slot of this.slots) this.findInSlot(slot, view);
  }

  private findInSlot(index: SlotIndex, view: EventView<E>): void {
    const value = view.value(index.slot);
    if (isList(value)) for (const item of value) this.findValue(item, index, undefined);
    else this.findValue(value, index, view);
  }

  /** `view` is given where it may hold the value in lower case already. */
  private findValue(value: FieldValue, index: SlotIndex, view: EventView<E> | undefined): void {
    if (value === undefined || value === null) return;
    if (typeof value === 'number') {
      this.addAll(index.numbers?.get(value) ?? NO_RULES);
      // A literal such as '40' may be looked for in a status: scan how the number prints.
      if (index.literals !== undefined) this.scan(String(value), index);
      return;
    }
    if (index.cache === undefined || typeof value !== 'string') {
      if (index.texts !== undefined)
        this.addAll(index.texts.get(view?.foldedText(index.slot) ?? String(value).toLowerCase()) ?? NO_RULES);
      if (index.literals !== undefined) this.scan(typeof value === 'string' ? value : String(value), index);
      return;
    }
    let verdict = index.cache.get(value);
    if (verdict === undefined) {
      verdict = this.judge(value, index);
      index.cache.put(value, verdict);
    }
    this.addAll(verdict);
  }

  private scan(text: string, index: SlotIndex): void {
    this.current = index.literals;
    this.automaton.scan(text, this.foundLiteral);
  }

  private readonly foundLiteral = (literal: number): void => {
    const rules = this.current?.[literal];
    if (rules !== undefined) this.addAll(rules);
  };

  /** The rules that a text alone makes candidates: a pure function of the text, so it may be remembered. */
  private judge(text: string, index: SlotIndex): readonly number[] {
    const rules = new Set(index.texts?.get(text.toLowerCase()));
    if (index.literals !== undefined) {
      const { literals } = index;
      this.automaton.scan(text, (literal) => {
        for (const rule of literals[literal] ?? NO_RULES) rules.add(rule);
      });
    }
    return rules.size === 0 ? NO_RULES : [...rules];
  }

  private addAll(rules: readonly number[]): void {
    const { seen, stamp } = this;
    for (let at = 0; at < rules.length; at += 1) {
      const rule = rules[at] ?? 0;
      if (seen[rule] === stamp) continue;
      seen[rule] = stamp;
      this.candidates[this.count] = rule;
      this.count += 1;
    }
  }
}

function indexTerms(
  terms: readonly (readonly EntryTerm[] | undefined)[],
  repeats: (slot: number) => boolean,
): { readonly literals: readonly string[]; readonly slots: readonly SlotIndex[] } {
  const numbersOf = new Map<string, number>();
  const equals = new Map<number, Map<string, number[]>>();
  const holds = new Map<number, (number[] | undefined)[]>();
  for (const [rule, ofRule] of terms.entries())
    for (const term of ofRule ?? []) {
      if (term.kind === 'equals') {
        const texts = equals.get(term.slot) ?? new Map<string, number[]>();
        equals.set(term.slot, texts);
        texts.set(term.text, [...(texts.get(term.text) ?? []), rule]);
      } else {
        const literal = numbersOf.get(term.text) ?? numbersOf.size;
        numbersOf.set(term.text, literal);
        const rules = holds.get(term.slot) ?? [];
        holds.set(term.slot, rules);
        rules[literal] = [...(rules[literal] ?? []), rule];
      }
    }
  const literals = [...numbersOf.keys()];
  const slots = [...new Set([...equals.keys(), ...holds.keys()])].map((slot): SlotIndex => {
    const texts = equals.get(slot);
    const rules = holds.get(slot);
    return {
      slot,
      texts,
      numbers: texts === undefined ? undefined : numericKeys(texts),
      // Filled to the full length: a hole would send every look-up through the prototype chain.
      literals: rules === undefined ? undefined : literals.map((_, literal) => rules[literal]),
      cache: repeats(slot) ? new VerdictCache(CACHED_TEXTS) : undefined,
    };
  });
  return { literals, slots };
}

function numericKeys(texts: ReadonlyMap<string, readonly number[]>): ReadonlyMap<number, readonly number[]> {
  const numbers = new Map<number, readonly number[]>();
  for (const [text, rules] of texts) if (String(Number(text)) === text) numbers.set(Number(text), rules);
  return numbers;
}
