/**
 * Why a record that the gateway does write is not read; `undefined` for every other one. Their shapes are not documented and no recorded
 * ones could be had: a guess would make calls of what nobody checked.
 */
export function reasonUnread(text: string): string | undefined {
  if (WEBSOCKET_LINE.test(text))
    return 'a line of a WebSocket execution log, which is not read: subscribe the access log of the stage instead';
  if (text.startsWith('{') && VENDED_KEYS.every((key) => text.includes(key)))
    return 'an execution log record of vended delivery (JSON), which is not read: only lines of the managed log group are';
  return undefined;
}

/** On WebSocket APIs the request id is of the extended form. */
const WEBSOCKET_LINE = /^\([\w+/-]{8,40}={1,2}\) /;

/** Record fields of the log type EXECUTION_LOGS: `rest-api-create-log-delivery` in the API Gateway developer guide. */
const VENDED_KEYS = ['"resource_arn"', '"event_timestamp"', '"api_id"', '"payload"'] as const;
