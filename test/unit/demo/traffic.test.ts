import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../demo/delivery.js';
import { FORMATS, type FormatName } from '../../../demo/formats.js';
import { generateLines } from '../../../demo/generate-lines.js';
import type { CallLabel } from '../../../demo/labels.js';
import { Traffic } from '../../../demo/traffic.js';
import { writeTraffic } from '../../../demo/write-traffic.js';

const OPTIONS = { seed: 21, startMs: Date.UTC(2026, 2, 2), days: 1, calls: 12_000 } as const;
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const GATEWAY_ID = '[A-Za-z0-9_-]{14}[AQgw]=';
const IP = '[0-9a-f.:]+';
const TIME = '\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000';

/** What a line of each format must look like, written down anew and not with the simulator's code. */
const SHAPES: Readonly<Record<FormatName, (line: string) => void>> = {
  'rest-full': json(33),
  'http-lean': json(14),
  'rest-json-keys': json(13),
  // Bare numbers print `-` when absent, which is not JSON.
  'rest-json-bare': (line) => json(17)(line.replace(/:-([,}])/g, ':null$1')),
  'http-clf': shape(`^${IP} - - \\[${TIME}\\] "[A-Z]+ /\\S* HTTP/1\\.1" \\d{3} \\d+ ${GATEWAY_ID} "[^"]+"$`),
  'rest-xml': shape(
    `^<request id="${UUID}"> <extendedRequestId>${GATEWAY_ID}</extendedRequestId> .*</request>$`,
  ),
  'http-csv': (line) => expect(line.split(',')).toHaveLength(9),
  'http-tutorial': json(10),
  'rest-cdk': json(12),
  'websocket-json': json(9),
  'websocket-clf': shape(
    `^${IP} \\S+ \\S+ \\[${TIME}\\] "(CONNECT|MESSAGE|DISCONNECT) \\$?[A-Za-z]+ ${GATEWAY_ID}" \\d{3} ${GATEWAY_ID}$`,
  ),
};

function json(keys: number): (line: string) => void {
  return (line) => expect(Object.keys(JSON.parse(line) as object)).toHaveLength(keys);
}

function shape(pattern: string): (line: string) => void {
  const compiled = new RegExp(pattern);
  return (line) => expect(line).toMatch(compiled);
}

describe('lines and labels', () => {
  const traffic = new Traffic(OPTIONS);
  const labels: CallLabel[] = [];
  const lines = [...traffic.lines((label) => labels.push(label))];

  it('prints every call in the format of its API, on one line', () => {
    const formatOf = new Map(
      Object.entries(FORMATS).map(([name, text]) => [text as string, name as FormatName]),
    );
    const seen = new Set<FormatName>();
    for (const { call, message } of lines) {
      const name = formatOf.get(call.api.formatText);
      if (name === undefined) throw new Error(`${call.api.name} has no known format`);
      seen.add(name);
      expect(message).not.toContain('\n');
      expect(message).not.toContain('$context');
      SHAPES[name](message);
    }
    expect(seen.size).toBe(Object.keys(FORMATS).length);
  });

  it('labels every call once, with an id that stands in exactly that line', () => {
    expect(labels).toHaveLength(lines.length);
    expect(new Set(labels.map((label) => label.id)).size).toBe(labels.length);
    for (const [index, label] of labels.entries()) expect(lines[index]?.message).toContain(label.id);
  });

  it('never lets the truth into a line', () => {
    for (const { message } of lines) expect(message).not.toMatch(/attack:|benign:/);
  });

  it('describes every log group once, shares one between two APIs, and leaves some formats to inference', () => {
    const groups = new Set(lines.map((line) => line.logGroup));
    expect(new Set(traffic.feeds.map((feed) => feed.feed))).toEqual(groups);
    expect(groups.size).toBe(traffic.apis.length - 1);
    expect(traffic.feeds.filter((feed) => feed.apiId === undefined)).toHaveLength(1);
    expect(traffic.feeds.filter((feed) => feed.format === undefined).length).toBeGreaterThanOrEqual(3);
    expect(Object.keys(traffic.routes).length).toBeGreaterThan(5);
    expect(Object.keys(traffic.routes).length).toBeLessThan(traffic.apis.length);
  });

  it('uses addresses of the documentation ranges on request', () => {
    const documented = new Traffic({ ...OPTIONS, calls: 2000, addresses: 'documentation' });
    for (const { call } of documented.lines())
      expect(call.client.ip).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^2001:db8:/);
  });
});

describe('deliveries', () => {
  const collect = (): readonly Delivery[] => [...new Traffic({ ...OPTIONS, calls: 30_000 }).deliveries()];
  const deliveries = collect();
  const data = deliveries.filter(({ payload }) => payload.messageType === 'DATA_MESSAGE');

  it('come in order of delivery and after their last event', () => {
    for (const [index, delivery] of deliveries.entries())
      expect(delivery.atMs).toBeGreaterThanOrEqual(deliveries[index - 1]?.atMs ?? 0);
    expect(data.length).toBeGreaterThan(100);
  });

  it('carry every line at least once, some twice, with the same event ids', () => {
    const seen = new Map<string, string>();
    let repeated = 0;
    for (const { payload } of data) {
      expect(payload.owner).toBe('123456789012');
      expect(payload.logStream).toMatch(/^[0-9a-f]{32}$/);
      for (const event of payload.logEvents) {
        expect(event.id).toMatch(/^\d{56}$/);
        const before = seen.get(event.id);
        if (before === undefined) seen.set(event.id, event.message);
        else {
          expect(before).toBe(event.message);
          repeated += 1;
        }
      }
    }
    const lines = [...new Traffic({ ...OPTIONS, calls: 30_000 }).lines()];
    expect([...seen.values()].sort()).toEqual(lines.map((line) => line.message).sort());
    expect(repeated).toBeGreaterThan(0);
    expect(repeated).toBeLessThan(lines.length * 0.05);
    expect(data.filter((delivery) => delivery.repeated).length).toBeGreaterThan(0);
  });

  it('grow with the traffic: quiet groups send small batches, busy ones large', () => {
    const sizes = data.map(({ payload }) => payload.logEvents.length).sort((a, b) => a - b);
    expect(sizes.at(-1)).toBeGreaterThan(10 * (sizes[sizes.length >> 2] ?? 0));
    expect(sizes.at(-1)).toBeLessThanOrEqual(2000);
  });

  it('are late now and then, and begin with the probes of CloudWatch', () => {
    const late = data.filter(
      ({ atMs, payload }) =>
        atMs - Math.max(...payload.logEvents.map((event) => event.timestamp)) > 1_200_000,
    );
    expect(late.length).toBeGreaterThan(0);
    expect(deliveries[0]?.payload.messageType).toBe('CONTROL_MESSAGE');
  });

  it('repeat byte for byte with the same seed', () => {
    expect(JSON.stringify(collect())).toBe(JSON.stringify(deliveries));
  });
});

describe('written traffic', () => {
  it('can be read back from files, the truth in a folder of its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'traffic-'));
    try {
      const small = { ...OPTIONS, calls: 1500 };
      const payloads = await writeTraffic(new Traffic(small), join(folder, 'a'), 'payloads');
      const plain = await writeTraffic(new Traffic(small), join(folder, 'b'), 'lines');
      expect(payloads.calls).toBe(plain.calls);
      const first = gunzipSync(await readFile(join(folder, 'a', payloads.files.at(-1) ?? '')));
      expect(JSON.parse(first.toString())).toMatchObject({ messageType: 'DATA_MESSAGE' });
      const logs = await readdir(join(folder, 'b', 'lines'));
      expect(logs).toHaveLength(plain.files.length);
      let lines = 0;
      for (const log of logs)
        lines += (await readFile(join(folder, 'b', 'lines', log), 'utf8')).split('\n').length - 1;
      expect(lines).toBe(plain.calls);
      const labels = (await readFile(join(folder, 'b', 'labels', 'calls.ndjson'), 'utf8')).trim().split('\n');
      expect(labels).toHaveLength(plain.calls);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('lines for benchmarks', () => {
  it.each(Object.keys(FORMATS) as FormatName[])(
    'are valid, distinct and repeatable in format %s',
    (format) => {
      const lines = [...generateLines({ format, calls: 300, seed: 9 })];
      for (const line of lines) SHAPES[format](line);
      expect(new Set(lines).size).toBe(300);
      expect([...generateLines({ format, calls: 300, seed: 9 })]).toEqual(lines);
    },
  );

  it('take any other format string', () => {
    const format = '$context.requestId|$context.status|$context.wafResponseCode';
    for (const line of generateLines({ format, calls: 20, seed: 1 }))
      expect(line).toMatch(new RegExp(`^${UUID}\\|\\d{3}\\|-$`));
  });
});
