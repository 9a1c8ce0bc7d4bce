import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsCommandInput,
} from '@aws-sdk/client-eventbridge';
import { defangedAlert } from '../../core/alerts/defanged.js';
import { Fault } from '../../core/fault.js';
import type { Alert } from '../../core/ports/finding-store.js';
import type { Publisher } from '../../core/ports/publisher.js';

/** Puts alerts on an event bus as `source: gatewarden`, `detail-type: Gatewarden Alert`. */
export function eventBridgePublisher(client: EventBridgeClient, busName: string): Publisher {
  return {
    name: 'event-bridge',
    async publish(alert) {
      const failure = { channel: 'event-bridge', alert: alert.id };
      const answer = await client
        .send(new PutEventsCommand(putEventsParams(busName, alert)))
        .catch((cause) => {
          throw new Fault('publish.failed', failure, { cause });
        });
      // PutEvents answers 200 even when it took nothing.
      const code = answer.Entries?.find((entry) => entry.ErrorCode !== undefined)?.ErrorCode;
      if (code !== undefined || (answer.FailedEntryCount ?? 0) > 0)
        throw new Fault('publish.failed', { ...failure, code: code ?? 'unknown' });
    },
  };
}

export function putEventsParams(busName: string, alert: Alert): PutEventsCommandInput {
  return {
    Entries: [
      {
        EventBusName: busName,
        Source: 'gatewarden',
        DetailType: 'Gatewarden Alert',
        Time: new Date(alert.lastMs),
        Detail: JSON.stringify(defangedAlert(alert)),
      },
    ],
  };
}
