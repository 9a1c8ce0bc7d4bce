import type { Alert, CorruptItem, FindingStore } from '../core/ports/finding-store.js';
import { toCorruptAlert } from './alert-table.js';
import { UsageError } from './cli-io.js';

const ALERTS_MAX = 100_000;

/** The alert whose id begins so; throws `UsageError` when none or several do. */
export async function findAlert(
  findings: Pick<FindingStore, 'alert' | 'alerts'>,
  id: string,
): Promise<Alert> {
  const whole = await findings.alert(id);
  if (whole !== undefined) return whole;
  const found: Alert[] = [];
  const corrupt: CorruptItem[] = [];
  const onCorrupt = (item: CorruptItem): void => void corrupt.push(item);
  for (const status of [undefined, 'shadow'] as const) {
    const query = { status, fromMs: undefined, toMs: undefined, limit: ALERTS_MAX, onCorrupt };
    for await (const alert of findings.alerts(query)) if (alert.id.startsWith(id)) found.push(alert);
  }
  const [alert] = found;
  const meant = corrupt.find((item) => toCorruptAlert(item).id.startsWith(id));
  if (alert === undefined && meant !== undefined) throw meant.error;
  if (alert === undefined)
    throw new UsageError(`no alert begins with ${JSON.stringify(id)}; gatewarden alerts lists them`);
  if (found.length > 1)
    throw new UsageError(
      `${found.length} alerts begin with ${JSON.stringify(id)}; give more of the id: ${found
        .slice(0, 5)
        .map((one) => one.id.slice(0, id.length + 8))
        .join(', ')}${found.length > 5 ? ', …' : ''}`,
    );
  return alert;
}
