import type { AlertStatus, DecidedStatus } from '../ports/finding-store.js';

/** Why an alert that stands so cannot be made this; `undefined` where it can. */
export function whyNot(from: AlertStatus, to: DecidedStatus): string | undefined {
  if (from === 'shadow')
    return 'its rule is in shadow: nobody was told of it, and nobody need decide about it; gatewarden rules promote changes that';
  if (from === 'retracted' && to !== 'closed')
    return 'it is retracted: later calls have shown that it does not hold, and it opens by itself should it hold again; it can be closed';
  return undefined;
}
