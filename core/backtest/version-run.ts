import { CLOSE_DELAY_MS } from '../alerts/close-windows.js';
import { EventCorrelator, type SlotFiring } from '../alerts/correlate-events.js';
import type { DetectedRecord } from '../alerts/detector.js';
import { planRules } from '../alerts/plan-rules.js';
import { callEvent, recordEvent, type WindowEvent } from '../alerts/window-event.js';
import type { ApiCall } from '../calls/api-call.js';
import type { MinuteEvent } from '../minutes/minute-event.js';
import type { Digest } from '../ports/digest.js';
import type { RegexEngine } from '../ports/regex-engine.js';
import { compileRules } from '../sigma/compile-rules.js';
import type { RuleSet } from '../sigma/rule-set.js';
import type { EventRule, RuleSource } from '../sigma/rule-source.js';
import { feedsOf, rulesUnderTest } from './rules-under-test.js';

/** Rules as one bundle has them, and those of them that are tried. */
export interface Version {
  /** All that there are, by id: `rulesOfBundle`. */
  readonly rules: ReadonlyMap<string, RuleSource>;
  readonly ids: readonly string[];
}

export interface RunTools {
  readonly digest: Digest;
  readonly regex: RegexEngine | undefined;
  /** The installation's, so that samples are those that are taken live. */
  readonly samplingKey: string;
}

/** The trail is read hour by hour, without an order within the hour: so far may events be apart. */
const DISORDER_MS = 3_600_000;
/** Events kept of each span: for examples, principals and endpoints, not for the verdict. */
const EVENTS_KEPT = 3;

/** Runs one version of some rules over events, with the planner, the sampling and the evaluator of the live path. */
export class VersionRun {
  /** Whether any of the rules reads rows of minutes, and changes of the inventory. */
  readonly readsMinutes: boolean;
  readonly readsInventory: boolean;
  /** What the windows of a slot reach back, at most, ms. */
  readonly reachMs: number;
  private readonly rules: RuleSet;
  private readonly correlator: EventCorrelator;
  private newestMs = Number.NEGATIVE_INFINITY;
  private events = 0;

  constructor(
    { rules, ids }: Version,
    { digest, regex, samplingKey }: RunTools,
    private readonly onFiring: (firing: SlotFiring) => void,
  ) {
    const tested = rulesUnderTest(rules, ids);
    const plans = planRules(tested);
    this.readsMinutes = ids.some((id) => feedsOf(rules, id).has('minutes'));
    this.readsInventory = ids.some((id) => feedsOf(rules, id).has('inventory'));
    this.reachMs = Math.max(
      0,
      ...plans.map((plan) => 2 * (plan.kind === 'members' ? plan.timespanMs : plan.spanMs)),
    );
    this.rules = compileRules(tested, regex);
    this.correlator = new EventCorrelator({
      plans,
      digest,
      samplingKey,
      horizonMs: DISORDER_MS,
      eventsMax: EVENTS_KEPT,
    });
  }

  /** Matches that could not be counted: the event lacks what the rule counts, or a field of its group. */
  get unjudged(): number {
    return this.correlator.unjudged;
  }

  addCall(call: ApiCall): void {
    this.newestMs = Math.max(this.newestMs, call.timeMs);
    const matched = this.rules.match(call);
    // A match is kept for hours, and its texts would keep the whole segment that they were cut from.
    if (matched.length > 0) this.add(matched, callEvent(structuredCopy(call)));
  }

  addRow(row: MinuteEvent): void {
    const matched = this.rules.matchRecord('minutes', row.record);
    if (matched.length > 0) this.add(matched, recordEvent(row));
  }

  addChange(change: DetectedRecord): void {
    const matched = this.rules.matchRecord('inventory', change.record);
    if (matched.length > 0) this.add(matched, recordEvent(change));
  }

  /** Judges what is left. Windows that wait for all their events are judged as live: once the newest call is past them. */
  finish(): void {
    this.tell(this.correlator.finish(this.newestMs - CLOSE_DELAY_MS));
  }

  private add(matched: readonly EventRule[], event: WindowEvent): void {
    this.events += 1;
    for (const { id } of matched)
      this.tell(this.correlator.add({ ruleId: id, eventIndex: this.events, event }));
  }

  private tell(firings: readonly SlotFiring[]): void {
    for (const firing of firings) this.onFiring(firing);
  }
}

/** The text of JSON is new: so are the texts that it is read into. */
function structuredCopy(call: ApiCall): ApiCall {
  return JSON.parse(JSON.stringify(call)) as ApiCall;
}
