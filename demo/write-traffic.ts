import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CallLabel, toLabelLine } from './labels.js';
import type { Traffic } from './traffic.js';

export interface WrittenTraffic {
  readonly calls: number;
  readonly files: readonly string[];
}

/**
 * Writes the traffic as files that `gatewarden ingest` reads: `payloads` one gzipped subscription payload a file,
 * named in order of delivery; `lines` one plain log a log group. Beside them `feeds.json` and, in a folder of its
 * own so that no ingest of the traffic meets it, the truth: `labels/calls.ndjson` and `labels/incidents.ndjson`.
 */
export async function writeTraffic(
  traffic: Traffic,
  folder: string,
  as: 'payloads' | 'lines',
): Promise<WrittenTraffic> {
  await mkdir(join(folder, as), { recursive: true });
  await mkdir(join(folder, 'labels'), { recursive: true });
  await writeFile(
    join(folder, 'feeds.json'),
    `${JSON.stringify({ feeds: traffic.feeds, routes: traffic.routes }, undefined, 2)}\n`,
  );
  const labels = createWriteStream(join(folder, 'labels', 'calls.ndjson'));
  const open = new Map<string, WriteStream>();
  const files: string[] = [];
  let pending = '';
  const onLabel = (label: CallLabel): void => {
    pending += toLabelLine(label);
  };
  const flushLabels = async (): Promise<void> => {
    const text = pending;
    pending = '';
    await write(labels, text);
  };

  if (as === 'payloads') {
    for (const { payload } of traffic.deliveries(onLabel)) {
      const name = join(as, `${String(files.length).padStart(7, '0')}.json.gz`);
      files.push(name);
      await writeFile(join(folder, name), gzipSync(JSON.stringify(payload)));
      await flushLabels();
    }
  } else {
    for (const { logGroup, message } of traffic.lines(onLabel)) {
      const name = join(as, `${logGroup.slice(logGroup.lastIndexOf('/') + 1)}.log`);
      let stream = open.get(name);
      if (stream === undefined) {
        stream = createWriteStream(join(folder, name));
        open.set(name, stream);
        files.push(name);
      }
      await write(stream, `${message}\n`);
      if (pending.length > 65_536) await flushLabels();
    }
  }
  await flushLabels();
  await Promise.all([labels, ...open.values()].map(close));
  await writeFile(join(folder, 'labels', 'incidents.ndjson'), traffic.incidents().map(toLabelLine).join(''));
  return { calls: traffic.calls, files };
}

async function write(stream: WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}

async function close(stream: WriteStream): Promise<void> {
  stream.end();
  await once(stream, 'finish');
}
