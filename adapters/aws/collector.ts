import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type CollectorOutcome, decodeAnswer, isPassing } from './collector-answer.js';
import { sendOrFault } from './installation-fault.js';

/** The collector, to be given events by hand. */
export interface Collector {
  /** Waits for the answer: only that tells that the event is stored. Throws `Fault('installation.failed')`. */
  give(eventJson: string): Promise<CollectorOutcome>;
}

export function lambdaCollector(client: LambdaClient, functionName: string): Collector {
  const invoke = async (eventJson: string): Promise<CollectorOutcome> => {
    try {
      const { FunctionError, Payload } = await client.send(
        new InvokeCommand({
          FunctionName: functionName,
          InvocationType: 'RequestResponse',
          Payload: Buffer.from(eventJson),
        }),
      );
      return decodeAnswer(FunctionError, Buffer.from(Payload ?? []).toString('utf8'));
    } catch (error) {
      if (isPassing(error)) return { kind: 'failed', reason: error.name };
      throw error;
    }
  };
  return { give: (eventJson) => sendOrFault('Invoke', functionName, () => invoke(eventJson)) };
}
