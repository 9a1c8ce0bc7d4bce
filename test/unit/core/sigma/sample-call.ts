import type { ApiCall } from '../../../../core/calls/api-call.js';
import { expandCalls } from '../../../../core/sigma/case-calls.js';

/** A call with the given fields; everything else as an ordinary call has it. */
export function sampleCall(fields: Partial<ApiCall> = {}): ApiCall {
  const expanded = expandCalls([{ repeat: 1, every: '1s', start: '0s', call: {} }]);
  const [call] = expanded.ok ? expanded.calls : [];
  if (call === undefined) throw new Error('no sample call');
  return { ...call, ...fields };
}
