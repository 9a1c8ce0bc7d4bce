/** A line of a REST execution log: `(<request id>) <text>`. */
export interface ExecutionLine {
  readonly requestId: string;
  readonly text: string;
}

const LINE = /^\(([\w-]{8,128})\)(?: |$)/;

/** Reads the prefix that every line of an execution log has; `undefined` for any other line. */
export function parseExecutionLine(message: string): ExecutionLine | undefined {
  if (!message.startsWith('(')) return undefined;
  const prefix = LINE.exec(message);
  const requestId = prefix?.[1];
  return prefix === null || requestId === undefined
    ? undefined
    : { requestId, text: message.slice(prefix[0].length) };
}

const GROUP = /^API-Gateway-Execution-Logs_([a-z0-9]+)\/(.+)$/i;

/** API id and stage from the name of a managed execution log group. */
export function parseExecutionGroup(
  logGroup: string,
): { readonly apiId: string; readonly stage: string } | undefined {
  const [, apiId, stage] = GROUP.exec(logGroup) ?? [];
  return apiId === undefined || stage === undefined ? undefined : { apiId, stage };
}
