import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fastStuffing } from './attacks/credential-stuffing.js';
import { deniedEnumeration } from './attacks/enumeration.js';
import { quietProbing } from './attacks/probing.js';
import { wrongKeyPartner } from './look-alikes/wrong-key-partner.js';
import { ORDINARY } from './sources.js';
import { Traffic, type TrafficOptions } from './traffic.js';
import { writeTraffic } from './write-traffic.js';

/** A working morning of the simulated estate with three small attacks, in documentation addresses only. */
const SAMPLE_OPTIONS: TrafficOptions = {
  seed: 1,
  startMs: Date.UTC(2026, 2, 3, 8),
  days: 0.25,
  calls: 1000,
  addresses: 'documentation',
  delivery: { bufferMs: 600_000, maxEvents: 500 },
  sources: [...ORDINARY, fastStuffing, quietProbing, deniedEnumeration, wrongKeyPartner],
};

/** Writes `samples/`: one log a log group, its format beside it, a few subscription payloads, the truth apart. */
export async function writeSamples(folder: string): Promise<void> {
  for (const part of ['lines', 'payloads', 'labels', 'formats'])
    await rm(join(folder, part), { recursive: true, force: true });
  await mkdir(join(folder, 'formats'), { recursive: true });
  const traffic = new Traffic(SAMPLE_OPTIONS);
  await writeTraffic(traffic, folder, 'lines');
  for (const api of traffic.apis)
    await writeFile(join(folder, 'formats', `${api.sharedGroup ?? api.name}.txt`), `${api.formatText}\n`);
  await writePayloads(join(folder, 'payloads'));
}

/** One payload of each kind is enough to try: the probe, a REST, an HTTP and a WebSocket group. */
async function writePayloads(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = ['', 'storefront', 'mobile-bff', 'support-chat'];
  for (const { payload } of new Traffic(SAMPLE_OPTIONS).deliveries()) {
    const name = payload.logGroup.slice(payload.logGroup.lastIndexOf('/') + 1);
    const index = wanted.indexOf(name);
    if (index === -1) continue;
    wanted.splice(index, 1);
    await writeFile(
      join(folder, `${name === '' ? 'control-message' : name}.json`),
      `${JSON.stringify(payload, undefined, 2)}\n`,
    );
  }
}
