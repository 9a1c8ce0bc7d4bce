import { UsageError } from './cli-io.js';
import { explainAws } from './explain-aws.js';
import { type OpenedStores, openExistingStores } from './local-stores.js';
import { accessOf, type PlaceOptions, refuseStrayAccess, type StackOptions } from './place-options.js';

/** Opens the stores that a command is told of; tests give commands their own. */
export type OpenStores = (place: PlaceOptions, nowMs: () => number) => Promise<OpenedStores>;

/** The stores of a folder that something was ingested into, or of a stack. Throws `UsageError` where there is neither. */
export const openStores: OpenStores = async (place, nowMs) => {
  refuseStrayAccess(place);
  const { stack } = place;
  return stack === undefined ? openExistingStores(place.data, nowMs) : openStack({ ...place, stack }, nowMs);
};

/** The stores of a stack, with the user's credentials. Throws `UsageError` where there is none. */
export async function openStack(
  place: StackOptions & { readonly stack: string },
  nowMs: () => number,
): Promise<OpenedStores> {
  // The SDK's clients are loaded only when they are needed.
  const { openDeployedStores } = await import('../adapters/aws/deployed-stores.js');
  const { stack } = place;
  const opened = await explainAws(() => openDeployedStores({ stack, ...accessOf(place) }, nowMs));
  if (opened === undefined) throw noStack(stack);
  return { ...opened, kind: 'stack' };
}

/** Nobody may have deployed it, or it is somewhere else. */
export function noStack(stack: string): UsageError {
  return new UsageError(
    `no stack ${JSON.stringify(stack)} of Gatewarden in the account and region that are in use; --profile and --region name others`,
  );
}
