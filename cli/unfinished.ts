import type { ApiCall } from '../core/calls/api-call.js';
import type { DecodedBatch, RejectedOrigin, RejectedRecord } from '../core/calls/feeds/decoded-batch.js';
import { maskedSample } from '../core/calls/format/masked-sample.js';

/** Shapes of calls that are remembered of a file: it has one format, or very few. */
const SHAPES_MAX = 16;

/** The shapes that the calls of a file have shown: how they were read, and whether they had to be mended. */
export function shapesWith(shapes: readonly string[], calls: readonly ApiCall[]): readonly string[] {
  const last = new Set(calls.map(shapeOf));
  if ([...last].every((shape) => shapes.includes(shape))) return shapes;
  return [...shapes.filter((shape) => !last.has(shape)), ...last].slice(-SHAPES_MAX);
}

function shapeOf({ format, recovered }: ApiCall): string {
  return recovered ? `${format} mended` : format;
}

export interface Tail {
  /** The number of its first line. */
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** Of the calls before it. */
  readonly shapes: readonly string[];
  readonly origin: (line: number) => RejectedOrigin;
}

const REASON = 'the end of the file, and not whole: read again when the file has grown';

/**
 * Looks at the lines at the end of a file that more may yet be written of. Half a line often reads as a call, though not
 * as one like those before it: such a call is no call yet but a rejected record, set aside like any other.
 */
export function withoutHalves(batch: DecodedBatch, tail: Tail): DecodedBatch {
  const sourceOf = (at: number): readonly number[] => {
    const source = batch.sources[at] ?? 0;
    return typeof source === 'number' ? [source] : source;
  };
  const isBefore = (at: number): boolean => (sourceOf(at)[0] ?? 0) < tail.firstLine;
  const shapes = shapesWith(
    tail.shapes,
    batch.calls.filter((_, at) => isBefore(at)),
  );
  const kept: number[] = [];
  const halves: RejectedRecord[] = [];
  for (const [at, call] of batch.calls.entries()) {
    if (isBefore(at) || isWhole(call, shapes, tail)) kept.push(at);
    else for (const record of sourceOf(at)) halves.push(toRejected(record, tail));
  }
  if (halves.length === 0) return batch;
  return {
    ...batch,
    calls: kept.flatMap((at) => batch.calls[at] ?? []),
    sources: kept.flatMap((at) => [batch.sources[at] ?? 0]),
    rejected: [...batch.rejected, ...halves].sort((a, b) => a.record - b.record),
  };
}

function isWhole(call: ApiCall, shapes: readonly string[], tail: Tail): boolean {
  // Requests of execution logs are calls with whatever is known of them.
  if (call.format === 'execution-log') return true;
  return shapes.length === 0 ? !call.recovered && tail.lines.length === 1 : shapes.includes(shapeOf(call));
}

function toRejected(record: number, tail: Tail): RejectedRecord {
  const body = tail.lines[record - tail.firstLine] ?? '';
  return { record, reason: REASON, sample: maskedSample(body), body, origin: tail.origin(record) };
}
