import { offsetLines } from './offset-lines.js';

/** Lines without their line feeds. */
export type Lines = readonly string[];

/** Cuts bytes into lines, a chunk's worth at a time, in constant memory: `offsetLines` for readers that read once. */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Lines> {
  for await (const { lines } of offsetLines(chunks, 0)) yield lines;
}
