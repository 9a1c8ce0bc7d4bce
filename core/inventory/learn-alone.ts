import { type LearnOptions, type LearnPorts, type LearnReport, learn } from './learn.js';

/** The lease in `State`. */
const LEARN_LEASE = 'learn';

/** Longer than the function may run (15 minutes), so that a run never outlives its lease; one that was killed blocks no longer. */
const LEASE_MS = 16 * 60_000;

/**
 * `learn`, under a lease, so that runs never overlap, however many are woken: by the schedule, by hand, by an event that is
 * delivered twice. `undefined` while another run has it: that one does the work, or the next.
 */
export async function learnAlone(ports: LearnPorts, options: LearnOptions): Promise<LearnReport | undefined> {
  const lease = await ports.state.lease(LEARN_LEASE, LEASE_MS);
  if (lease === undefined) return undefined;
  try {
    return await learn(ports, options);
  } finally {
    await lease.release();
  }
}
