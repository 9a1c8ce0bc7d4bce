import { createUnzip } from 'node:zlib';
import { Fault } from '../../core/fault.js';

/** Packed bytes handed over at a time: at gzip's most (1,032 to 1) they unfold to 16 MB, and no more waits in memory. */
const SLICE_BYTES = 16 * 1024;

/**
 * Unpacks gzip (one member or several) or zlib. Everything that can be read is handed out before damage or a missing
 * end is reported, as `Fault('payload.unreadable')`: a stream that is destroyed would take along what it had unpacked.
 */
export async function* unzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createUnzip({ chunkSize: 64 * 1024 });
  let ready: Uint8Array[] = [];
  let failure: unknown;
  unzip.on('data', (chunk: Uint8Array) => ready.push(chunk));
  unzip.on('error', (error) => {
    failure = error;
  });

  async function take(slice: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      // A stream that failed closes, and calls nobody back.
      unzip.once('close', resolve);
      unzip.write(slice, () => {
        unzip.off('close', resolve);
        resolve();
      });
    });
    // What was unpacked is still on its way to the listener.
    while (failure === undefined && unzip.readableLength > 0)
      await new Promise((resolve) => setImmediate(resolve));
  }

  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.byteLength && failure === undefined; at += SLICE_BYTES) {
        await take(chunk.subarray(at, at + SLICE_BYTES));
        const some = ready;
        ready = [];
        yield* some;
      }
      if (failure !== undefined) break;
    }
    if (failure === undefined) {
      const closed = new Promise<void>((resolve) => unzip.once('close', resolve));
      unzip.end();
      await closed;
      yield* ready;
    }
  } finally {
    unzip.destroy();
  }
  if (failure !== undefined)
    throw new Fault(
      'payload.unreadable',
      { what: 'compressed data that is damaged or cut short' },
      { cause: failure },
    );
}
