import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toItem } from '../../../adapters/dynamodb/attributes.js';
import { alertTime } from '../../../adapters/dynamodb/finding-params.js';
import { dynamoStores } from '../../../adapters/dynamodb/stores.js';
import { openEmbeddedStore } from '../../../adapters/embedded/embedded-store.js';
import { alertsCommand } from '../../../cli/alerts.js';
import { alertSample } from '../core/alerts/samples.js';
import { NOW, runOn } from './filled-folder.js';

const BROKEN_ID = 'bb'.repeat(16);
const HOSTILE = 'http://evil.example/<!here>@channel';

describe('gatewarden alerts', () => {
  let dir = '';
  const alerts = (args: readonly string[]) => runOn(dir, (io) => alertsCommand(io), args);

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'gatewarden-alerts-'));
    const embedded = await openEmbeddedStore(dir);
    const { findings } = dynamoStores({ ...embedded, nowMs: () => 0 });
    await findings.putAlert(alertSample({ id: 'aa'.repeat(16), group: { principal: HOSTILE } }));
    await findings.putAlert(alertSample({ id: 'cc'.repeat(16), level: 'high' }));
    const item = {
      pk: `ALERT#${BROKEN_ID}`,
      sk: 'META',
      v: 1,
      kindStatus: 'ALERT#open',
      time: alertTime(alertSample({ id: BROKEN_ID })),
      title: 'cut off',
    };
    await embedded.client.send(
      new PutItemCommand({ TableName: embedded.tables.Findings, Item: toItem(item) }),
    );
    await embedded.close();
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('shows an alert that cannot be read as corrupt, goes on, and exits with 2', async () => {
    const { out, exitCode } = await alerts(['list']);
    expect(out()).toMatch(/^bbbbbbbb .*\[corrupt\] store\.corrupt/m);
    for (const id of ['aaaaaaaa', 'cccccccc']) expect(out()).toContain(id);
    expect(exitCode()).toBe(2);
  });

  it('names it in the JSON, too, with what is wrong', async () => {
    const { out } = await alerts(['list', '--json']);
    const listed = JSON.parse(out()) as { id: string; status: string; problem?: string }[];
    expect(listed.map(({ id, status }) => [id.slice(0, 2), status])).toEqual([
      ['cc', 'open'],
      ['aa', 'open'],
      ['bb', 'corrupt'],
    ]);
    expect(listed.at(-1)?.problem).toMatch(/table=Findings/);
  });

  it('shows the others by the beginning of their id; the corrupt one is a fault that says why', async () => {
    expect((await alerts(['show', 'cc'])).out()).toContain('cc'.repeat(16));
    await expect(alerts(['show', 'bb'])).rejects.toMatchObject({ code: 'store.corrupt' });
  });

  it('prints no link and no mention that a caller wrote', async () => {
    for (const args of [['list'], ['show', 'aa']]) {
      const text = (await alerts(args)).out();
      expect(text).toContain('hxxp[:]//evil[.]example');
      expect(text).not.toMatch(/:\/\/|<!|@channel/);
    }
    expect((await alerts(['show', 'aa', '--json'])).out()).toContain(HOSTILE);
  });

  it('goes by when an alert was seen last, however early its slot began', async () => {
    const other = mkdtempSync(join(tmpdir(), 'gatewarden-alerts-'));
    try {
      const embedded = await openEmbeddedStore(other);
      const { findings } = dynamoStores({ ...embedded, nowMs: () => NOW });
      const seen = (id: string, slotHoursAgo: number, lastMinutesAgo: number) =>
        findings.putAlert(
          alertSample({
            id: id.repeat(16),
            slotStartMs: NOW - slotHoursAgo * 3_600_000,
            firstMs: NOW - slotHoursAgo * 3_600_000,
            lastMs: NOW - lastMinutesAgo * 60_000,
          }),
        );
      await seen('aa', 3, 10);
      await seen('bb', 2, 30);
      await seen('cc', 2, 90);
      await embedded.close();
      const listed = async (...args: readonly string[]) => {
        const { out } = await runOn(other, (io) => alertsCommand(io), ['list', '--json', ...args]);
        return (JSON.parse(out()) as { id: string }[]).map(({ id }) => id.slice(0, 2));
      };
      expect(await listed('--since', '1h')).toEqual(['aa', 'bb']);
      expect(await listed()).toEqual(['aa', 'bb', 'cc']);
      expect(await listed('--limit', '1')).toEqual(['aa']);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });
});
