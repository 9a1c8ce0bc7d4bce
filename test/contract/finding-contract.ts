import { describe, expect, it } from 'vitest';
import { toItem } from '../../adapters/dynamodb/attributes.js';
import type { Alert, AlertDecision } from '../../core/ports/finding-store.js';
import { collect, HOSTILE, HOUR_MS, START_MS, type StoresUnderTest } from './stores-under-test.js';

function alert(id: string, changes: Partial<Alert> = {}): Alert {
  return {
    id,
    ruleId: 'credential-stuffing',
    ruleHash: 'cc'.repeat(16),
    title: 'Credential stuffing',
    level: 'high',
    tags: ['attack.t1110.004'],
    group: { sourceIp: '198.51.100.7' },
    slotStartMs: START_MS,
    slotEndMs: START_MS + 300_000,
    firstMs: START_MS + 10,
    lastMs: START_MS + 2000,
    count: 20,
    saturated: false,
    estimated: false,
    threshold: 20,
    timespanMs: 300_000,
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    why: '20 refused logins of 198.51.100.7 within 5 minutes, threshold 20',
    progress: 20,
    magnitude: 0,
    status: 'open',
    ...changes,
  };
}

export function findingContract(current: () => StoresUnderTest): void {
  describe('alerts', () => {
    it('creates an alert once and gives it back whole', async () => {
      const { stores, setNow } = current();
      setNow(START_MS);
      expect(await stores.findings.putAlert(alert('once'))).toBe('created');
      expect(await stores.findings.putAlert(alert('once'))).toBe('same');
      expect(await stores.findings.alert('once')).toEqual(alert('once'));
      expect(await stores.findings.alert('absent')).toBeUndefined();
      const bare = alert('bare', { apiId: undefined, stage: undefined, tags: [], group: {} });
      await stores.findings.putAlert(bare);
      expect(await stores.findings.alert('bare')).toEqual(bare);
    });

    it('ends with the fullest view, in whatever order views are written', async () => {
      const { findings } = current().stores;
      const views = [20, 35, 90].map((count) =>
        alert('views', {
          count,
          progress: count,
          lastMs: START_MS + count,
          apiId: count === 90 ? undefined : 'x',
        }),
      );
      const outcomes: string[] = [];
      for (const at of [1, 0, 2, 1, 0]) outcomes.push(await findings.putAlert(views[at] ?? alert('views')));
      expect(outcomes).toEqual(['created', 'same', 'changed', 'same', 'same']);
      expect(await findings.alert('views')).toEqual(views[2]);
    });

    it('ends with the fullest view when all are written at once', async () => {
      const { findings } = current().stores;
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, at) =>
          findings.putAlert(alert('at-once', { progress: at, count: at })),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect((await findings.alert('at-once'))?.count).toBe(7);
    });

    const decided = (status: AlertDecision['status'], at = 0, reason?: string): AlertDecision => ({
      status,
      by: 'ana',
      atMs: START_MS + at,
      reason,
    });

    it('leaves the status to people: a window that grows changes neither it nor who decided', async () => {
      const { findings } = current().stores;
      await findings.putAlert(alert('judged'));
      const decision = decided('acknowledged', 1);
      expect(await findings.decideAlert('judged', decision)).toEqual({
        kind: 'decided',
        alert: alert('judged', { status: 'acknowledged', decision }),
      });
      expect(await findings.putAlert(alert('judged', { progress: 50, count: 50 }))).toBe('changed');
      expect(await findings.alert('judged')).toMatchObject({ status: 'acknowledged', count: 50, decision });
      const closed = decided('closed', 2, 'a load test');
      expect(await findings.decideAlert('judged', closed)).toMatchObject({ kind: 'decided' });
      await findings.putAlert(alert('judged', { progress: 60, count: 60 }));
      expect(await findings.alert('judged')).toMatchObject({ status: 'closed', count: 60, decision: closed });
      expect(await findings.decideAlert('absent', closed)).toBeUndefined();
      expect(await findings.alert('absent')).toBeUndefined();
    });

    it('keeps each decision as an event, the first of those that say the same', async () => {
      const { findings } = current().stores;
      await findings.putAlert(alert('told-twice'));
      const decisions = [decided('acknowledged', 1), decided('closed', 2, 'ours'), decided('open', 3)];
      for (const decision of decisions) {
        await findings.decideAlert('told-twice', decision);
        const again = await findings.decideAlert('told-twice', { ...decision, by: 'bo', atMs: START_MS + 9 });
        expect(again).toMatchObject({ kind: 'same', alert: { decision } });
      }
      expect(await findings.alertHistory('told-twice')).toEqual(decisions);
      expect((await findings.alert('told-twice'))?.status).toBe('open');
    });

    it('announces no alert that is closed, however much it grows; an acknowledged one when it has doubled', async () => {
      const { findings } = current().stores;
      const pending = async (id: string) =>
        (await findings.unannounced(1000)).alerts.find((found) => found.alert.id === id);
      for (const status of ['closed', 'acknowledged'] as const) {
        await findings.putAlert(alert(`grows-${status}`));
        const first = await pending(`grows-${status}`);
        expect(first).toBeDefined();
        await findings.decideAlert(`grows-${status}`, decided(status));
        expect((await pending(`grows-${status}`)) === undefined).toBe(status === 'closed');
        await findings.clearAnnounce(`grows-${status}`, first?.revision ?? '');
        await findings.putAlert(alert(`grows-${status}`, { progress: 50, magnitude: 3 }));
        expect((await pending(`grows-${status}`)) === undefined).toBe(status === 'closed');
      }
    });

    it('takes back an acknowledged alert and gives it again as that; a closed one stays closed', async () => {
      const { findings } = current().stores;
      for (const status of ['acknowledged', 'closed'] as const) {
        const id = `taken-${status}`;
        await findings.putAlert(alert(id, { progress: 10 }));
        await findings.decideAlert(id, decided(status));
        const taken = await findings.retractAlert(id, 12);
        expect(taken?.status).toBe(status === 'closed' ? undefined : 'retracted');
        expect(await findings.alert(id)).toMatchObject({
          status: status === 'closed' ? 'closed' : 'retracted',
          progress: 12,
        });
        expect(await findings.putAlert(alert(id, { progress: 11 }))).toBe('same');
        await findings.putAlert(alert(id, { progress: 13 }));
        expect((await findings.alert(id))?.status).toBe(status);
      }
    });

    it('refuses to decide about what nobody was told of, and to acknowledge what does not hold', async () => {
      const { findings } = current().stores;
      await findings.putAlert(alert('hidden', { status: 'shadow' }));
      expect(await findings.decideAlert('hidden', decided('closed'))).toMatchObject({ kind: 'refused' });
      await findings.putAlert(alert('gone', { progress: 1 }));
      await findings.retractAlert('gone', 2);
      expect(await findings.decideAlert('gone', decided('acknowledged'))).toMatchObject({ kind: 'refused' });
      expect(await findings.decideAlert('gone', decided('closed'))).toMatchObject({ kind: 'decided' });
      expect(await findings.alertHistory('hidden')).toEqual([]);
    });

    it('decides while calls go on coming: neither is lost', async () => {
      const { findings } = current().stores;
      await findings.putAlert(alert('both'));
      const views = Array.from({ length: 6 }, (_, at) =>
        alert('both', { progress: 20 + at, count: 20 + at }),
      );
      await Promise.all([
        ...views.map((view) => findings.putAlert(view)),
        findings.decideAlert('both', decided('acknowledged')),
      ]);
      expect(await findings.alert('both')).toMatchObject({ status: 'acknowledged', count: 25 });
    });

    it('takes back what a fuller view does not show, and gives it again when a still fuller one does', async () => {
      const { stores, setNow } = current();
      const { findings } = stores;
      const pending = async () =>
        (await findings.unannounced(1000)).alerts.some((found) => found.alert.id === 'back');
      expect(await findings.retractAlert('back', 99)).toBeUndefined();
      await findings.putAlert(alert('back', { progress: 10 }));
      expect(await findings.retractAlert('back', 10)).toBeUndefined();
      expect((await findings.alert('back'))?.status).toBe('open');
      expect(await findings.retractAlert('back', 12)).toEqual(
        alert('back', { progress: 12, status: 'retracted' }),
      );
      expect(await pending()).toBe(false);
      expect(await findings.retractAlert('back', 12)).toBeUndefined();
      expect(await findings.putAlert(alert('back', { progress: 11 }))).toBe('same');
      expect((await findings.alert('back'))?.status).toBe('retracted');
      setNow(START_MS + 3);
      expect(await findings.putAlert(alert('back', { progress: 13 }))).toBe('changed');
      expect(await findings.alert('back')).toEqual(alert('back', { progress: 13 }));
      expect(await pending()).toBe(true);
      const query = { fromMs: undefined, toMs: undefined, limit: 1000 };
      const ids = async (status: Alert['status']) =>
        (await collect(findings.alerts({ ...query, status }))).map(({ id }) => id);
      expect(await ids('retracted')).not.toContain('back');
      expect(await ids('open')).toContain('back');
    });

    it('lists newest first, by status and by time, never more than asked', async () => {
      const { findings } = current().stores;
      const base = START_MS + 100 * HOUR_MS;
      for (const at of [2, 0, 4, 1, 3]) {
        await findings.putAlert(alert(`list-${at}`, { slotStartMs: base + at * HOUR_MS }));
        if (at % 2 === 1) await findings.decideAlert(`list-${at}`, decided('acknowledged'));
      }
      const list = async (
        status: Alert['status'] | undefined,
        fromMs = base,
        toMs = base + 9 * HOUR_MS,
        limit = 10,
      ) => (await collect(findings.alerts({ status, fromMs, toMs, limit }))).map(({ id }) => id);
      expect(await list(undefined)).toEqual(['list-4', 'list-3', 'list-2', 'list-1', 'list-0']);
      expect(await list('acknowledged')).toEqual(['list-3', 'list-1']);
      expect(await list('open', base + HOUR_MS, base + 2 * HOUR_MS)).toEqual(['list-2']);
      expect(await list(undefined, base, base + 9 * HOUR_MS, 2)).toEqual(['list-4', 'list-3']);
    });

    it('announces a new alert and a graver one, until each is cleared', async () => {
      const { stores, setNow } = current();
      const { findings } = stores;
      const pending = async (id: string) =>
        (await findings.unannounced(1000)).alerts.find((found) => found.alert.id === id);
      setNow(START_MS + 1);
      await findings.putAlert(alert('told'));
      const first = await pending('told');
      expect(first).toMatchObject({ alert: alert('told'), isNew: true });
      expect(await findings.clearAnnounce('told', 'another revision')).toBe(false);
      expect(await findings.clearAnnounce('told', first?.revision ?? '')).toBe(true);
      expect(await findings.clearAnnounce('told', first?.revision ?? '')).toBe(false);
      expect(await pending('told')).toBeUndefined();
      await findings.putAlert(alert('told', { progress: 30 }));
      expect(await pending('told')).toBeUndefined();
      setNow(START_MS + 2);
      await findings.putAlert(alert('told', { progress: 60, magnitude: 1 }));
      const second = await pending('told');
      expect(second).toMatchObject({ alert: { magnitude: 1 }, isNew: false });
      await findings.putAlert(alert('told', { progress: 150, magnitude: 2 }));
      // What was read before the change clears nothing.
      expect(await findings.clearAnnounce('told', second?.revision ?? '')).toBe(false);
      expect((await pending('told'))?.alert.magnitude).toBe(2);
    });

    it('records alerts in shadow without ever announcing or listing them among the others', async () => {
      const { findings } = current().stores;
      const slotStartMs = START_MS + 5_000 * HOUR_MS;
      const pending = async () =>
        (await findings.unannounced(1000)).alerts.some((found) => found.alert.id === 'shadowed');
      const listed = async (status: Alert['status'] | undefined) =>
        (await collect(findings.alerts({ status, fromMs: slotStartMs, toMs: undefined, limit: 10 }))).length;
      const shadowed = alert('shadowed', { slotStartMs, status: 'shadow' });
      expect(await findings.putAlert(shadowed)).toBe('created');
      expect(await findings.putAlert({ ...shadowed, progress: 90, magnitude: 2 })).toBe('changed');
      expect([await pending(), await listed(undefined), await listed('shadow')]).toEqual([false, 0, 1]);
      // Its rule was promoted within the slot.
      const open = { ...shadowed, status: 'open', progress: 95, magnitude: 2 } as const;
      expect(await findings.putAlert(open)).toBe('changed');
      expect([await pending(), await listed(undefined), await listed('shadow')]).toEqual([true, 1, 0]);
      // And demoted again: what people have been told of stays theirs.
      expect(await findings.putAlert({ ...shadowed, progress: 99 })).toBe('changed');
      expect((await findings.alert('shadowed'))?.status).toBe('open');
    });

    it('gives the alerts to announce oldest first', async () => {
      const { stores, setNow } = current();
      for (const [at, id] of ['ann-a', 'ann-b', 'ann-c'].entries()) {
        setNow(START_MS + 10_000 + at);
        await stores.findings.putAlert(alert(id));
      }
      const ids = (await stores.findings.unannounced(1000)).alerts.map((found) => found.alert.id);
      expect(ids.filter((id) => id.startsWith('ann-'))).toEqual(['ann-a', 'ann-b', 'ann-c']);
      expect((await stores.findings.unannounced(1)).alerts).toHaveLength(1);
    });

    it('gives the others when a marked item cannot be read, and names that item', async () => {
      const { stores, putItem, setNow } = current();
      const broken = { pk: 'ALERT#broken', sk: 'META', announce: 'alert', revision: '0', v: 1, id: 'broken' };
      await putItem('Findings', toItem(broken));
      setNow(START_MS + 20_000);
      await stores.findings.putAlert(alert('beside-broken'));
      const { alerts, corrupt } = await stores.findings.unannounced(1000);
      expect(alerts.map(({ alert: { id } }) => id)).toContain('beside-broken');
      expect(corrupt).toMatchObject([{ key: 'ALERT#broken', error: { code: 'store.corrupt' } }]);
      expect((await stores.findings.unannounced(1)).alerts).toHaveLength(1);
    });

    it('takes hostile groups, names and ids, and tells two long values apart', async () => {
      const { findings } = current().stores;
      const hostile = alert(HOSTILE, {
        group: { userAgent: HOSTILE, other: `${HOSTILE}!`, [HOSTILE]: '' },
        apiId: HOSTILE,
        stage: HOSTILE,
        why: HOSTILE,
        title: HOSTILE,
        tags: [HOSTILE],
      });
      expect(await findings.putAlert(hostile)).toBe('created');
      expect(await findings.putAlert(hostile)).toBe('same');
      const kept = await findings.alert(HOSTILE);
      expect(Buffer.byteLength(kept?.group['userAgent'] ?? '')).toBeLessThanOrEqual(512);
      expect(kept?.group['userAgent']).not.toBe(kept?.group['other']);
    });
  });

  describe('findings about the configuration', () => {
    const finding = {
      id: 'f1',
      parameter: 'rules/login-burst',
      problems: ["rules/login-burst:6:9: 'userAgnt' is no field; did you mean 'userAgent'?"],
      inForce: 'last-good',
      firstMs: START_MS,
      status: 'open',
    } as const;

    it('are open until they are closed, and open again', async () => {
      const { findings } = current().stores;
      await findings.putConfigurationFinding(finding);
      await findings.putConfigurationFinding({ ...finding, id: 'f2', parameter: HOSTILE });
      expect((await findings.configurationFindings('open')).find(({ id }) => id === 'f1')).toEqual(finding);
      expect(await findings.configurationFindings('open')).toHaveLength(2);
      await findings.putConfigurationFinding({ ...finding, status: 'closed' });
      expect((await findings.configurationFindings('open')).map(({ id }) => id)).toEqual(['f2']);
      await findings.putConfigurationFinding({ ...finding, problems: ['another'] });
      expect(await findings.configurationFindings('open')).toHaveLength(2);
    });
  });
}
