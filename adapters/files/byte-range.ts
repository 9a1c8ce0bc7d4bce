import { open } from 'node:fs/promises';
import { isGzip, isZlib } from '../../core/calls/feeds/payload-decoder.js';
import { openFile } from './byte-source.js';

/** The bytes of a file from an offset on, counted in the unpacked file. A packed file is unpacked up to there. */
export async function* bytesFrom(path: string, from: number): AsyncGenerator<Uint8Array> {
  if (await isPacked(path)) {
    let before = 0;
    for await (const chunk of await chunksOf(path)) {
      const skip = Math.max(0, from - before);
      before += chunk.byteLength;
      if (skip < chunk.byteLength) yield chunk.subarray(skip);
    }
    return;
  }
  const file = await open(path);
  try {
    yield* file.createReadStream({ start: from, highWaterMark: 256 * 1024, autoClose: false });
  } finally {
    await file.close();
  }
}

/** The bytes between two offsets of the unpacked file; `undefined` when it ends before. */
export async function byteRange(path: string, from: number, to: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let missing = to - from;
  for await (const chunk of bytesFrom(path, from)) {
    parts.push(chunk.subarray(0, missing));
    missing -= Math.min(missing, chunk.byteLength);
    if (missing === 0) return Buffer.concat(parts);
  }
  return missing === 0 ? Buffer.concat(parts) : undefined;
}

async function chunksOf(path: string): Promise<AsyncIterable<Uint8Array>> {
  const source = await openFile(path);
  if ('problem' in source) throw new Error(source.problem);
  return source.chunks;
}

async function isPacked(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && (isGzip(buffer) || isZlib(buffer));
  } finally {
    await file.close();
  }
}
