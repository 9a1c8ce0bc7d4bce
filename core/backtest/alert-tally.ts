import type { SlotFiring } from '../alerts/correlate-events.js';
import type { FieldValue, WindowEvent } from '../alerts/window-event.js';
import { endpointLabel } from '../inventory/endpoint-label.js';
import { type Ranked, Ranking } from './ranking.js';
import { SlotLog } from './slot-log.js';

/** A call that an alert would have rested on. */
export interface Example {
  readonly slotStartMs: number;
  readonly group: Readonly<Record<string, string>>;
  /** As evidence has it: JSON, redacted. */
  readonly eventJson: string;
}

const EXAMPLES_MAX = 5;
const TOP = 5;
const DAY_MS = 86_400_000;

/** What the alerts of one rule add up to. Memory is bounded, however many there are. */
export class AlertTally {
  alerts = 0;
  readonly slots = new SlotLog();
  private readonly byDay = new Map<number, number>();
  private readonly principals = new Ranking();
  private readonly endpoints = new Ranking();
  private readonly kept: Example[] = [];

  add(firing: SlotFiring): void {
    const { group, slotStartMs, evidence } = firing;
    this.alerts += 1;
    this.slots.add(firing);
    const dayMs = floorDay(slotStartMs);
    this.byDay.set(dayMs, (this.byDay.get(dayMs) ?? 0) + 1);
    for (const name of principalsOf(firing)) this.principals.add(name);
    for (const name of endpointsOf(firing)) this.endpoints.add(name);
    if (this.kept.length === EXAMPLES_MAX) return;
    const eventJson = evidence[0]?.json();
    // One call may count in two slots, and for several groups.
    const isNew = eventJson !== undefined && this.kept.every((kept) => kept.eventJson !== eventJson);
    if (isNew) this.kept.push({ slotStartMs, group, eventJson });
  }

  /** Alerts of a UTC day, by the start of their slot. */
  ofDay(dayMs: number): number {
    return this.byDay.get(dayMs) ?? 0;
  }

  days(): readonly number[] {
    return [...this.byDay.keys()];
  }

  top(): { readonly principals: readonly Ranked[]; readonly endpoints: readonly Ranked[] } {
    return { principals: this.principals.top(TOP), endpoints: this.endpoints.top(TOP) };
  }

  examples(): readonly Example[] {
    return this.kept;
  }
}

export function floorDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

/** Who the alert is about, else who is in its evidence; each once. */
function principalsOf({ group, evidence }: SlotFiring): ReadonlySet<string> {
  const named = group['principal'] ?? group['sourceIp'];
  if (named !== undefined) return new Set([named]);
  return texts(evidence, (event) => event.field('principal') ?? event.field('sourceIp'));
}

function endpointsOf({ group, evidence }: SlotFiring): ReadonlySet<string> {
  const { method, route } = group;
  if (method !== undefined && route !== undefined) return new Set([`${method} ${route}`]);
  return texts(evidence, (event) => {
    const [ofMethod, ofRoute] = [event.field('method'), event.field('route')];
    if (ofRoute === undefined) return undefined;
    return endpointLabel({ method: textOf(ofMethod), route: textOf(ofRoute) });
  });
}

function texts(events: readonly WindowEvent[], of: (event: WindowEvent) => FieldValue): ReadonlySet<string> {
  return new Set(events.map((event) => textOf(of(event))).filter((text) => text !== undefined));
}

function textOf(value: FieldValue): string | undefined {
  return value === undefined ? undefined : String(value);
}
