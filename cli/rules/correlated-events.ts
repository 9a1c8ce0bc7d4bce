import { nodeDigest } from '../../adapters/node/node-digest.js';
import { EventCorrelator, type SlotFiring } from '../../core/alerts/correlate-events.js';
import { planRules, targetsByRule } from '../../core/alerts/plan-rules.js';
import type { FieldValue, WindowEvent } from '../../core/alerts/window-event.js';
import { plainField } from '../../core/sigma/compile/plain-event.js';
import type { EventRule, RuleSource } from '../../core/sigma/rule-source.js';
import { eventTimeMs, TIME_FIELDS } from './event-time.js';

/** A correlation that fired: its group, and the numbers of the events in the windows that did. */
export interface CorrelatedEvents {
  readonly rule: string;
  readonly title: string;
  readonly group: Readonly<Record<string, string>>;
  readonly events: readonly number[];
}

/** So many events of a window are named; a window may hold any number. */
const EVENTS_MAX = 100_000;

/** Runs correlations over events in whatever order; only the events that a correlation is about are kept. */
export class PlainCorrelations {
  readonly #run: EventCorrelator | undefined;
  /** Ids of the rules that correlations are about. */
  readonly #counted: ReadonlySet<string>;
  readonly #timeFields: readonly string[];
  readonly #readers = new Map<string, (event: unknown) => FieldValue>();
  /** Events that a correlation is about and that carry no time. */
  untimed = 0;

  constructor(rules: readonly RuleSource[], timeField: string | undefined) {
    this.#timeFields = timeField === undefined ? TIME_FIELDS : [timeField];
    const plans = planRules(rules, { exact: true }).filter(({ rule }) => rule.kind === 'correlation');
    this.#counted = new Set(targetsByRule(plans).keys());
    if (plans.length === 0) return;
    this.#run = new EventCorrelator({
      plans,
      digest: nodeDigest,
      // Samples are chosen by it; an exact run takes none.
      samplingKey: 'rules match',
      horizonMs: Number.POSITIVE_INFINITY,
      eventsMax: EVENTS_MAX,
    });
  }

  add(value: unknown, eventIndex: number, matched: readonly EventRule[]): void {
    const run = this.#run;
    const counted = matched.filter(({ id }) => this.#counted.has(id));
    if (run === undefined || counted.length === 0) return;
    const timeMs = this.#timeOf(value);
    if (timeMs === undefined) this.untimed += 1;
    else {
      const event = this.#windowEvent(value, eventIndex, timeMs);
      // With an endless horizon nothing is over before the end.
      for (const { id } of counted) run.add({ ruleId: id, eventIndex, event });
    }
  }

  finish(): readonly CorrelatedEvents[] {
    return (this.#run?.finish() ?? []).map(({ plan, group, events }: SlotFiring) => ({
      rule: plan.rule.id,
      title: plan.rule.title,
      group,
      events,
    }));
  }

  #timeOf(event: unknown): number | undefined {
    for (const name of this.#timeFields) {
      const timeMs = eventTimeMs(this.#read(event, name));
      if (timeMs !== undefined) return timeMs;
    }
    return undefined;
  }

  /** Every line is an event of its own, also where two read alike. */
  #windowEvent(event: unknown, index: number, timeMs: number): WindowEvent {
    const field = (name: string): FieldValue => this.#read(event, name);
    // As over live calls: everyone behind a CDN would be one caller.
    const isProxy = field('principalKind') === 'proxy';
    const groupField = (name: string): FieldValue =>
      isProxy && (name === 'principal' || name === 'sourceIp') ? undefined : field(name);
    return { id: `event-${index}`, timeMs, field, groupField, json: () => JSON.stringify(event) };
  }

  #read(event: unknown, name: string): FieldValue {
    let reader = this.#readers.get(name);
    if (reader === undefined) {
      reader = plainField(name);
      this.#readers.set(name, reader);
    }
    return reader(event);
  }
}
