import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** The operations on items, by the SDK's commands: their requests and answers are what this file translates. */
export const ITEM_OPERATIONS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [BatchGetItemCommand, 'BatchGetItem'],
  [BatchWriteItemCommand, 'BatchWriteItem'],
  [DeleteItemCommand, 'DeleteItem'],
  [GetItemCommand, 'GetItem'],
  [PutItemCommand, 'PutItem'],
  [QueryCommand, 'Query'],
  [ScanCommand, 'Scan'],
  [UpdateItemCommand, 'UpdateItem'],
]);

/** A copy of a request as DynamoDB's JSON has it: bytes as base64, nothing undefined. */
export function toWire(value: object): object {
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

/** An answer as the SDK gives it. */
export function fromWire(body: unknown): Members {
  const answer: Record<string, unknown> = { ...(body as Members) };
  for (const name of ['Item', 'Attributes', 'LastEvaluatedKey'])
    if (answer[name] !== undefined) answer[name] = toItem(answer[name]);
  if (Array.isArray(answer['Items'])) answer['Items'] = answer['Items'].map(toItem);
  for (const [name, members] of [
    ['Responses', toItems],
    ['UnprocessedKeys', toUnprocessedKeys],
    ['UnprocessedItems', toUnprocessedItems],
  ] as const) {
    const tables = answer[name];
    if (tables !== undefined)
      answer[name] = Object.fromEntries(
        Object.entries(tables as Members).map(([table, value]) => [table, members(value)]),
      );
  }
  return answer;
}

/** The error that the SDK throws for a refusal, as far as its name and message go. */
export function toException(status: number, body: unknown): Error {
  const { __type: type = 'InternalServerError', message, Message } = body as Readonly<Record<string, string>>;
  const error = new Error(message ?? Message ?? `answered ${status}`);
  error.name = type.slice(type.indexOf('#') + 1);
  return error;
}

function toItems(items: unknown): readonly Members[] {
  return (items as readonly unknown[]).map(toItem);
}

function toUnprocessedKeys(keys: unknown): Members {
  return { ...(keys as Members), Keys: toItems((keys as Members)['Keys']) };
}

function toUnprocessedItems(requests: unknown): readonly Members[] {
  return (requests as readonly Readonly<Record<string, Members>>[]).map(({ PutRequest, DeleteRequest }) => ({
    ...(PutRequest && { PutRequest: { Item: toItem(PutRequest['Item']) } }),
    ...(DeleteRequest && { DeleteRequest: { Key: toItem(DeleteRequest['Key']) } }),
  }));
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
