import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { managementRecord } from '../unit/core/control-plane/management-record.js';
import { cli, cliWorld, contents, ingest, jsonLine, lines } from './cli-world.js';

const world = cliWorld();
const deleted = managementRecord({ eventID: 'e1' });
const written = managementRecord({ eventID: 'e2', eventName: 'CreateDeployment' });
const delivered = JSON.stringify({ Records: [deleted, written] });
const byLine = `${[deleted, written].map((record) => JSON.stringify(record)).join('\n')}\n`;

describe('gatewarden ingest takes management events', () => {
  it.each([
    ['as CloudTrail delivers them', gzipSync(delivered)],
    ['unpacked', delivered],
    ['set over several lines', JSON.stringify({ Records: [deleted, written] }, undefined, 2)],
    ['one a line', byLine],
    ['one a line, packed, without a last line feed', gzipSync(byLine.trimEnd())],
    ['behind a byte order mark', `\ufeff${delivered}`],
  ])('%s', async (_, content) => {
    const data = world.newData();
    const file = world.file('trail.json', content);
    const result = await ingest(data, file);
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(result.json()).toMatchObject({
      records: 2,
      calls: 0,
      rejected: 0,
      managementEvents: 2,
      files: [{ kind: 'management-events' }],
      alerts: [{ title: 'A stage was deleted' }],
    });
  });

  it('and the same file again changes nothing', async () => {
    const data = world.newData();
    const file = world.file('again.json.gz', gzipSync(delivered));
    await ingest(data, file);
    const before = await contents(data);
    expect(before.alerts).toHaveLength(1);
    const again = (await ingest(data, file)).json();
    expect(again).toMatchObject({ managementEvents: 2, alerts: [] });
    expect(await contents(data)).toEqual(before);
  });

  it('from standard input, beside access logs, and says how many of each', async () => {
    const data = world.newData();
    const log = world.file('access.log', lines(jsonLine, 0, 3));
    const { out } = await cli(['ingest', log, '-', '--data', data], delivered);
    expect(out).toContain('3 calls and 2 management events from 2 files');
  });

  it('in a file longer than the longest line of a log', async () => {
    const padded = { ...written, requestParameters: { body: 'x'.repeat(6_000_000) } };
    const file = world.file('long.json', JSON.stringify({ Records: [deleted, padded] }));
    expect((await ingest(world.newData(), file)).json()).toMatchObject({ managementEvents: 2, rejected: 0 });
  });

  it('and rejects what is none among them, by position', async () => {
    const data = { ...deleted, eventID: 'e3', eventCategory: 'Data' };
    const file = world.file('mixed.json', JSON.stringify({ Records: [deleted, data, { eventID: 7 }] }));
    expect((await ingest(world.newData(), file)).json()).toMatchObject({
      records: 3,
      managementEvents: 1,
      rejected: 2,
      files: [
        {
          rejections: [
            { reason: 'no management event', firstRecord: 2 },
            { reason: expect.stringContaining('no CloudTrail record: eventID'), firstRecord: 3 },
          ],
        },
      ],
    });
  });

  it('of a file that was cut short: none, and says so', async () => {
    const file = world.file('cut.json', delivered.slice(0, -20));
    const result = await ingest(world.newData(), file);
    expect(result.code).toBe(2);
    expect(result.json()).toMatchObject({
      managementEvents: 0,
      problems: [expect.stringContaining('not whole')],
    });
  });

  it('but not out of a line of an access log that looks like one', async () => {
    const file = world.file('forged.log', `${jsonLine(0)}\n${JSON.stringify(deleted)}\n`);
    expect((await ingest(world.newData(), file)).json()).toMatchObject({ managementEvents: 0, alerts: [] });
  });
});
