import * as v from 'valibot';
import { Fault } from '../core/fault.js';
import type { EvidenceItem, TrailStore } from '../core/ports/trail-store.js';

/** A stored call, as far as the table shows it; `--json` has all of it. */
const CALL = v.looseObject({
  timeMs: v.number(),
  feed: v.string(),
  format: v.string(),
  method: v.optional(v.string()),
  path: v.optional(v.string()),
  route: v.optional(v.string()),
  status: v.optional(v.number()),
  sourceIp: v.optional(v.string()),
  principal: v.optional(v.string()),
  latencyMs: v.optional(v.number()),
  userAgent: v.optional(v.string()),
});
/** What rules of other log sources rest on: a minute of traffic, a change, a management event. */
const RECORD = v.record(v.string(), v.unknown());
const EVIDENCE = v.pipe(v.string(), v.parseJson(), v.union([CALL, RECORD]));

export type Evidence = v.InferOutput<typeof CALL> | ReturnType<typeof toRecord>;

/** What an alert rests on, oldest first. Throws `Fault('store.corrupt')`. */
export async function readEvidence(
  trail: Pick<TrailStore, 'evidence'>,
  alertId: string,
): Promise<readonly Evidence[]> {
  const items = await trail.evidence(alertId);
  return [...items].sort((a, b) => a.timeMs - b.timeMs || (a.callId < b.callId ? -1 : 1)).map(toEvidence);
}

function toEvidence({ callJson, timeMs }: EvidenceItem): Evidence {
  return toShownCall(callJson, timeMs);
}

/** A stored call or record, as a table of calls shows it; `timeMs` is what a record that tells no time is shown with. */
export function toShownCall(eventJson: string, timeMs: number): Evidence {
  const stored = v.safeParse(EVIDENCE, eventJson);
  if (!stored.success) throw new Fault('store.corrupt', { table: 'Trail', attribute: 'call' });
  const call = v.safeParse(CALL, stored.output);
  return call.success ? call.output : toRecord(stored.output, timeMs);
}

function toRecord(record: Readonly<Record<string, unknown>>, timeMs: number) {
  return { ...record, timeMs, what: describe(record) };
}

const SHOWN_FIELDS = 8;
/** In every row alike, or of no use to a reader. */
const HIDDEN: ReadonlySet<string> = new Set(['id', 'timeMs', 'accountId', 'region', 'eventVersion']);

function describe(record: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(record).filter(
    ([name, value]) => !HIDDEN.has(name) && ['string', 'number', 'boolean'].includes(typeof value),
  );
  return shown
    .slice(0, SHOWN_FIELDS)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
