import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fromWire, ITEM_OPERATIONS, toException, toWire } from '../dynamodb/wire.js';
import type { Engine } from './engine.js';

type Send = (command: object, options?: { readonly abortSignal?: AbortSignal }) => Promise<unknown>;

/**
 * Lets the client's commands go straight to the engine while this process has one: the SDK's serializer, middleware and streams
 * cost more than the operation itself. The contract suite runs over both ways. What the engine refuses is thrown as
 * the SDK throws it: an error by the name of DynamoDB's exception.
 */
export function sendDirectly(client: DynamoDBClient, engineOf: () => Engine | undefined): void {
  const throughSdk = client.send.bind(client) as Send;
  const send: Send = async (command, options) => {
    const engine = engineOf();
    const operation = ITEM_OPERATIONS.get(command.constructor);
    if (engine === undefined || operation === undefined) return throughSdk(command, options);
    options?.abortSignal?.throwIfAborted();
    const { input } = command as { readonly input: object };
    // The engine keeps and alters what it is given: it gets a copy.
    const { status, body } = await engine.run(operation, toWire(input));
    if (status !== 200) throw toException(status, body);
    return fromWire(body);
  };
  client.send = send as typeof client.send;
}
