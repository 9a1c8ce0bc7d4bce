import type { Stores } from '../adapters/dynamodb/stores.js';
import { nodeCompression } from '../adapters/node/node-compression.js';
import { nodeDigest } from '../adapters/node/node-digest.js';
import { shippedBundle } from '../adapters/shipped/shipped-bundle.js';
import { enforceBudgets } from '../core/alerts/enforce-budgets.js';
import { toVersionedBundle } from '../core/bundle-version.js';
import type { LearnPorts, LearnReport } from '../core/inventory/learn.js';
import { learnAlone } from '../core/inventory/learn-alone.js';
import type { ViewPorts } from '../core/inventory/read-endpoints.js';
import { decodeSegment } from '../core/trail/segment.js';

/** Imported logs are kept a week (trail segments); no marker is older. */
const LOOK_BACK_MS = 8 * 24 * 3_600_000;

export function learnPorts(stores: Stores): LearnPorts & ViewPorts {
  return {
    trail: stores.trail,
    inventory: stores.inventory,
    state: stores.state,
    shipped: shippedBundle(),
    decodeSegment: (bytes) => decodeSegment(bytes, nodeCompression),
    toBundle: (content) => toVersionedBundle(content, nodeDigest),
  };
}

/**
 * What the schedule does on AWS, done on one machine before the inventory is read: folds and learns what is new. While another
 * command is at it, nothing is done here: the inventory counts what is not folded yet from the trail.
 */
export async function learnLocally(stores: Stores, nowMs: number): Promise<Pick<LearnReport, 'failures'>> {
  await enforceBudgets({ ...stores, digest: nodeDigest }, nowMs);
  const options = { nowMs, oldestMs: nowMs - LOOK_BACK_MS, hasTime: () => true };
  return (await learnAlone(learnPorts(stores), options)) ?? { failures: [] };
}
