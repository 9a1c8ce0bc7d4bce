import type { Announced } from '../../core/alerts/announce.js';
import { Fault } from '../../core/fault.js';
import type { Telemetry } from '../../core/ports/telemetry.js';

export interface NotifyDeps {
  readonly announce: () => Promise<Announced>;
  readonly telemetry: Telemetry;
}

/**
 * Woken by the schedule each minute, and by whatever else likes to wake it: the event does not matter. Fails when a channel
 * did, so that the function's error alarm rings; what is marked is tried again by the next sweep.
 */
export function createNotifyHandler({ announce, telemetry }: NotifyDeps): () => Promise<Announced> {
  return async () => {
    const result = await announce();
    if (result.announced > 0 || result.failed > 0)
      telemetry.count('announced', { Announced: result.announced, AnnounceFailed: result.failed }, {}, {});
    if (result.failed > 0) throw new Fault('publish.failed', { alerts: result.failed });
    return result;
  };
}
