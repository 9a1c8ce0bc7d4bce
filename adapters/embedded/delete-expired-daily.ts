import type { StateStore } from '../../core/ports/state-store.js';
import { deleteExpired } from './delete-expired.js';
import type { EmbeddedStore } from './embedded-store.js';

const CURSOR = 'expired-deleted';
const DAY_MS = 86_400_000;
/** Under a second's work: after a long pause, each start takes its share until nothing is left. */
const MOST = 5_000;

/**
 * `deleteExpired`, at most once a day for a folder: DynamoDB does it by itself, a folder shrinks only when it is opened.
 * Only by whoever holds the folder: a guest's requests would all go through the socket.
 */
export async function deleteExpiredDaily(
  { client, tables, role }: EmbeddedStore,
  state: Pick<StateStore, 'cursor' | 'setCursor'>,
  nowMs: number,
): Promise<void> {
  if (role() !== 'holder') return;
  const last = Number((await state.cursor(CURSOR)) ?? Number.NEGATIVE_INFINITY);
  if (nowMs - last < DAY_MS) return;
  if ((await deleteExpired(client, tables, nowMs, MOST)) < MOST) await state.setCursor(CURSOR, String(nowMs));
}
