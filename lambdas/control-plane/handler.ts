import * as v from 'valibot';
import { readManagementEvent } from '../../core/control-plane/management-event.js';
import {
  type ManagementPorts,
  recordManagementEvents,
} from '../../core/control-plane/record-management-events.js';
import type { CompiledBundle } from '../../core/ingest/compiled-bundle.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Telemetry } from '../../core/ports/telemetry.js';

export interface ControlPlaneHandlerDeps {
  readonly bundles: () => Promise<CompiledBundle>;
  readonly ports: ManagementPorts;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export type ControlPlaneAnswer =
  | { readonly kind: 'judged'; readonly alerts: number }
  | { readonly kind: 'ignored' };

/** What EventBridge wraps around a record of CloudTrail. */
const envelope = v.looseObject({ detail: v.unknown() });

/**
 * Takes one `AWS API Call via CloudTrail` event of the default bus: into the trail, and to the rules. An event that cannot be
 * read is counted and told of in the log, and not tried again: no attempt would read it. What a store fails on is thrown, so that
 * Lambda tries again and then keeps the event in the failure bucket.
 */
export function createControlPlaneHandler(
  deps: ControlPlaneHandlerDeps,
): (event: unknown) => Promise<ControlPlaneAnswer> {
  const { bundles, ports, clock, telemetry } = deps;
  return async (event) => {
    const outer = v.safeParse(envelope, event);
    const read = readManagementEvent(outer.success ? outer.output.detail : undefined);
    if (read.kind === 'malformed') {
      const facts = { problems: read.problems.join('; ') };
      telemetry.count('management.malformed', { MalformedManagementEvents: 1 }, {}, facts);
      return { kind: 'ignored' };
    }
    if (read.kind === 'other') {
      telemetry.info('management.other', { category: read.category });
      return { kind: 'ignored' };
    }
    const arrival = { kind: 'live', atMs: clock.nowMs() } as const;
    const { late, alerts } = await recordManagementEvents(
      { events: [read.event], arrival },
      await bundles(),
      ports,
    );
    const created = alerts.filter(({ outcome }) => outcome === 'created').length;
    telemetry.count('management.judged', { ManagementEvents: 1 }, {}, { late, alerts: created });
    return { kind: 'judged', alerts: created };
  };
}
