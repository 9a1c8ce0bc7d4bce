import type { IncidentRecord } from './incidents.js';
import type { IssuedCall } from './simulated-call.js';

/**
 * The truth about one call: `benign:ordinary`, `benign:<look-alike>` or `attack:<name>`. `id` is what the line
 * carries of the call: the extended request id where the format prints it, else the request id. Truth never
 * travels with the lines; nothing that decodes or judges calls may read it.
 */
export interface CallLabel {
  readonly id: string;
  readonly api: string;
  readonly label: string;
}

export const ORDINARY_LABEL = 'benign:ordinary';

export function labelOf(call: IssuedCall): CallLabel {
  return {
    id: call.api.formatText.includes('$context.extendedRequestId') ? call.extendedRequestId : call.requestId,
    api: call.api.name,
    label: call.incident?.label ?? ORDINARY_LABEL,
  };
}

/** One NDJSON line of a label or an incident. */
export function toLabelLine(truth: CallLabel | IncidentRecord): string {
  return `${JSON.stringify(truth)}\n`;
}
