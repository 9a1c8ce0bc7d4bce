import * as v from 'valibot';

/** What Lambda's failure destination keeps of an invocation that was given up. */
export interface FailureRecord {
  /** Name of the function that failed. */
  readonly functionName: string;
  /** The event, as JSON: what the function has to be given again. */
  readonly event: string;
  /** Epoch milliseconds. */
  readonly failedMs: number;
  /** `RetriesExhausted`, `EventAgeExceeded`, `RecordAgeExceeded`, …: Lambda's word for it. */
  readonly condition: string;
  readonly attempts: number;
}

/**
 * Decodes an object of the failure bucket: `requestPayload` holds the event of an asynchronous invocation as JSON, `payload`
 * that of a stream's as text of JSON ("Capturing records of Lambda asynchronous invocations" and "Retain discarded batch
 * records for a Kinesis Data Streams event source" in Lambda's guide). `undefined` for anything else.
 */
export function decodeFailureRecord(text: string): FailureRecord | undefined {
  const parsed = v.safeParse(RECORD, text);
  if (!parsed.success) return undefined;
  const { requestContext, timestamp, requestPayload, payload } = parsed.output;
  const functionName = functionNameOf(requestContext.functionArn);
  const event = payload ?? (requestPayload === undefined ? undefined : JSON.stringify(requestPayload));
  if (functionName === undefined || event === undefined) return undefined;
  return {
    functionName,
    event,
    failedMs: Date.parse(timestamp),
    condition: requestContext.condition,
    attempts: requestContext.approximateInvokeCount,
  };
}

const RECORD = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    timestamp: v.pipe(
      v.string(),
      v.check((text) => !Number.isNaN(Date.parse(text))),
    ),
    requestContext: v.object({
      functionArn: v.string(),
      condition: v.optional(v.string(), '-'),
      approximateInvokeCount: v.optional(v.number(), 0),
    }),
    requestPayload: v.optional(v.unknown()),
    payload: v.optional(v.string()),
  }),
);

/** The name in a function's ARN, qualified or not; a name is its own. */
export function functionNameOf(functionArn: string): string | undefined {
  const name = functionArn.startsWith('arn:') ? functionArn.split(':')[6] : functionArn.split(':')[0];
  return name === undefined || name === '' ? undefined : name;
}

/** Whether an object may hold a payload of the function: records of asynchronous invocations lie under its name. */
export function mayBeOf(functionName: string, key: string): boolean {
  return !key.startsWith(ASYNC_PREFIX) || key.startsWith(`${ASYNC_PREFIX}${functionName}/`);
}

/** Where Lambda puts its records: `async/<function>/…` for asynchronous invocations, `<mapping>/<shard>/…` for streams. */
export const FAILURES_PREFIX = 'aws/lambda/';
const ASYNC_PREFIX = `${FAILURES_PREFIX}async/`;
