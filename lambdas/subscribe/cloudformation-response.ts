import { Fault } from '../../core/fault.js';
import type { CloudFormationEvent } from './request.js';

export interface CloudFormationResponse {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly reason: string;
  readonly physicalResourceId: string;
  readonly data: Readonly<Record<string, string>>;
}

/** Sends the answer to the request's URL, where the stack waits for it. */
export type Respond = (event: CloudFormationEvent, response: CloudFormationResponse) => Promise<void>;

export interface RespondPorts {
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Four attempts, then `Fault('publish.failed')`, so that Lambda runs the whole (idempotent) request again: a stack
 * that hears nothing waits for an hour. The URL is a secret (whoever has it decides the deployment): it is never logged.
 */
export function createRespond(ports: RespondPorts): Respond {
  return async (event, response) => {
    const body = new TextEncoder().encode(JSON.stringify(toBody(event, response)));
    let cause: unknown;
    for (const waitMs of [0, 1_000, 3_000, 6_000]) {
      await ports.sleep(waitMs);
      try {
        const answer = await ports.fetch(event.ResponseURL, {
          method: 'PUT',
          body,
          // The URL is signed for an empty content type.
          headers: { 'content-type': '' },
          redirect: 'error',
          signal: AbortSignal.timeout(10_000),
        });
        if (answer.ok) return;
        cause = new Error(`status ${answer.status}`);
      } catch (error) {
        cause = error;
      }
    }
    throw new Fault('publish.failed', { channel: 'cloudformation', status: response.status }, { cause });
  };
}

function toBody(
  event: CloudFormationEvent,
  response: CloudFormationResponse,
): Readonly<Record<string, unknown>> {
  return {
    Status: response.status,
    // The whole answer must stay under 4,096 bytes.
    Reason: response.reason.slice(0, 1_000),
    PhysicalResourceId: response.physicalResourceId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    Data: response.data,
  };
}
