import { offsetLines } from '../adapters/files/offset-lines.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import type { LineSource } from '../core/calls/feeds/line-reader.js';
import type { PayloadDecoder } from '../core/calls/feeds/payload-decoder.js';
import { firstRecord, type ReadRecords } from '../core/calls/feeds/record-reader.js';
import { openInput } from './payload-documents.js';

/** A piece of what was decoded; its record numbers count on from those of the pieces before it. */
export type DecodedPiece = Pick<ReadRecords, 'calls' | 'sources' | 'rejected'>;

/** Decodes any input the product knows, payloads or lines. */
export async function* decodeInput(
  chunks: AsyncIterable<Uint8Array>,
  source: LineSource,
  decoder: PayloadDecoder,
): AsyncGenerator<DecodedPiece> {
  const input = await openInput(offsetLines(chunks), decoder);
  switch (input.kind) {
    case 'empty':
      return;
    case 'payloads': {
      let before = 0;
      for await (const { batches } of input.documents) {
        for (const batch of batches) {
          yield numberedFrom(before, batch);
          before += batch.records;
        }
      }
      return;
    }
    case 'lines': {
      const reader = decoder.lines(source);
      for await (const { lines } of input.pieces) {
        for (const line of lines) reader.push(line);
        yield reader.take();
      }
      yield reader.finish();
    }
  }
}

function numberedFrom(before: number, { calls, sources, rejected }: DecodedBatch): DecodedPiece {
  return {
    calls,
    sources: sources.map((source) => before + firstRecord(source)),
    rejected: rejected.map((one) => ({ ...one, record: before + one.record })),
  };
}
