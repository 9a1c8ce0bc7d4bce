import type { ApiCall } from '../core/calls/api-call.js';

/**
 * The `$context` variables that a record of another feed (an execution log, a FireTail client) amounts to: such a
 * record logs none, so these come from the call and are redacted like it.
 */
export function callVariables(call: ApiCall): Readonly<Record<string, string | null>> {
  const variables = {
    requestId: call.requestId,
    extendedRequestId: call.extendedRequestId,
    apiId: call.apiId,
    stage: call.stage,
    domainName: call.host,
    httpMethod: call.method,
    path: call.path,
    resourcePath: call.route,
    status: call.status,
    'identity.sourceIp': call.sourceIp,
    'identity.userAgent': call.userAgent,
    responseLatency: call.latencyMs,
    integrationLatency: call.integrationLatencyMs,
    'error.responseType': call.errorType,
    'error.message': call.errorMessage,
  };
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value === undefined ? null : String(value)]),
  );
}
