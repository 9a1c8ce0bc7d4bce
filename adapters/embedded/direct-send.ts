import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
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
    const operation = OPERATIONS.get(command.constructor);
    if (engine === undefined || operation === undefined) return throughSdk(command, options);
    options?.abortSignal?.throwIfAborted();
    const { input } = command as { readonly input: object };
    const { status, body } = await engine.run(operation, toWire(input));
    if (status !== 200) throw toException(status, body);
    return fromWire(body);
  };
  client.send = send as typeof client.send;
}

const OPERATIONS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [BatchGetItemCommand, 'BatchGetItem'],
  [BatchWriteItemCommand, 'BatchWriteItem'],
  [DeleteItemCommand, 'DeleteItem'],
  [GetItemCommand, 'GetItem'],
  [PutItemCommand, 'PutItem'],
  [QueryCommand, 'Query'],
  [ScanCommand, 'Scan'],
  [UpdateItemCommand, 'UpdateItem'],
]);

/** A copy as JSON has it: bytes as base64, nothing undefined. The engine keeps and alters what it is given. */
function toWire(value: object): object {
  if (Array.isArray(value)) return value.map(toWireValue);
  const wire: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of Object.entries(value))
    if (member !== undefined) wire[name] = toWireValue(member);
  return wire;
}

function toWireValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return value instanceof Uint8Array ? base64Of(value) : toWire(value);
}

type Members = Readonly<Record<string, unknown>>;

/** Where an answer holds items; all else is plain. */
function fromWire(body: unknown): Members {
  const answer: Record<string, unknown> = { ...(body as Members) };
  for (const name of ['Item', 'Attributes', 'LastEvaluatedKey'])
    if (answer[name] !== undefined) answer[name] = toItem(answer[name]);
  if (Array.isArray(answer['Items'])) answer['Items'] = answer['Items'].map(toItem);
  const responses = answer['Responses'];
  if (responses !== undefined)
    answer['Responses'] = Object.fromEntries(
      Object.entries(responses as Members).map(([table, items]) => [table, (items as unknown[]).map(toItem)]),
    );
  return answer;
}

function toItem(item: unknown): Record<string, AttributeValue> {
  const attributes: [string, AttributeValue][] = [];
  for (const [name, value] of Object.entries(item as Members)) attributes.push([name, toAttribute(value)]);
  return Object.fromEntries(attributes);
}

function toAttribute(value: unknown): AttributeValue {
  const attribute = value as AttributeValue;
  if (attribute.B !== undefined) return { B: bytesOf(attribute.B) };
  if (attribute.BS !== undefined) return { BS: attribute.BS.map(bytesOf) };
  if (attribute.M !== undefined) return { M: toItem(attribute.M) };
  if (attribute.L !== undefined) return { L: attribute.L.map(toAttribute) };
  return attribute;
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function bytesOf(base64: unknown): Uint8Array {
  return Buffer.from(String(base64), 'base64');
}

function toException(status: number, body: unknown): Error {
  const { __type: type = 'InternalServerError', message, Message } = body as Readonly<Record<string, string>>;
  const error = new Error(message ?? Message ?? `the embedded store answered ${status}`);
  error.name = type.slice(type.indexOf('#') + 1);
  return error;
}
