import { gzipSync } from 'node:zlib';
import { FORMATS } from '../../../demo/formats.js';
import { generateLines } from '../../../demo/generate-lines.js';
import { uuid } from '../../../demo/ids.js';
import { Random } from '../../../demo/random.js';

/** An `accessLogSettings.format`, and what it is for. */
export interface BenchFormat {
  readonly name: 'full' | 'lean';
  readonly text: string;
  readonly apiType: 'rest' | 'http';
}

/** The recommended formats, about a kilobyte a line in full: what teams deploy who want to have everything. */
export const FULL: BenchFormat = { name: 'full', text: FORMATS['rest-full'], apiType: 'rest' };
export const LEAN: BenchFormat = { name: 'lean', text: FORMATS['http-lean'], apiType: 'http' };

export const BENCH_GROUP = 'bench-access';
export const BENCH_START_MS = Date.UTC(2026, 0, 5);

/** The Lambda event of a subscription, as JSON.parse would hand it over. */
export interface LambdaEvent {
  readonly awslogs: { readonly data: string };
}

/** The Kinesis events in which the payloads come, so many together. */
export function toKinesisEvents(events: readonly LambdaEvent[], together: number): readonly unknown[] {
  return Array.from({ length: Math.floor(events.length / together) }, (_, at) => ({
    Records: events.slice(at * together, (at + 1) * together).map(({ awslogs: { data } }, record) => ({
      eventSource: 'aws:kinesis',
      kinesis: { sequenceNumber: String(at * together + record), data },
    })),
  }));
}

/** The lines as events of `size` lines each, ids as random as AWS makes them. A last, shorter payload is left out. */
export function toLambdaEvents(lines: readonly string[], size: number): readonly LambdaEvent[] {
  const random = new Random(7, 'payloads');
  const events: LambdaEvent[] = [];
  for (let at = 0; at + size <= lines.length; at += size) {
    const logEvents = lines.slice(at, at + size).map((message, offset) => ({
      // Event ids are decimal, and begin with the time.
      id: `3856${String(BENCH_START_MS + at + offset)}${gatewayDigits(random)}`,
      timestamp: BENCH_START_MS + at + offset,
      message,
    }));
    const payload = {
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: BENCH_GROUP,
      logStream: uuid(random).replaceAll('-', ''),
      subscriptionFilters: ['gatewarden-bench'],
      logEvents,
    };
    events.push({ awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } });
  }
  return events;
}

export function benchLines(format: BenchFormat, calls: number): readonly string[] {
  return [
    ...generateLines({
      format: format.text,
      apiType: format.apiType,
      calls,
      seed: 42,
      startMs: BENCH_START_MS,
    }),
  ];
}

function gatewayDigits(random: Random): string {
  return Array.from({ length: 39 }, () => String(random.int(0, 9))).join('');
}
