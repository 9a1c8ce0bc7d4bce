import * as v from 'valibot';

/** One record of a Kinesis event, as far as this function looks into it. */
export interface KinesisRecord {
  readonly sequenceNumber: string;
  readonly dataCharacters: number;
  /** For the decoder. */
  readonly raw: unknown;
}

/**
 * The records of a Kinesis event; `undefined` for any other event. The sequence number is what Lambda wants to be told of a
 * record that failed; one record without it makes the event another.
 */
export function kinesisRecords(event: unknown): readonly KinesisRecord[] | undefined {
  const parsed = v.safeParse(EVENT, event);
  if (!parsed.success) return undefined;
  return parsed.output.Records.map((record) => ({
    sequenceNumber: record.kinesis.sequenceNumber,
    dataCharacters: typeof record.kinesis.data === 'string' ? record.kinesis.data.length : 0,
    raw: record,
  }));
}

const EVENT = v.object({
  Records: v.array(
    v.object({
      eventSource: v.literal('aws:kinesis'),
      kinesis: v.object({ sequenceNumber: v.string(), data: v.optional(v.unknown()) }),
    }),
  ),
});
