import { describe, expect, it } from 'vitest';
import { createAnnounce } from '../../../../core/alerts/announce.js';
import { Fault } from '../../../../core/fault.js';
import type { Alert } from '../../../../core/ports/finding-store.js';
import type { Publisher } from '../../../../core/ports/publisher.js';
import { createNotifyHandler } from '../../../../lambdas/notify/handler.js';
import { MemoryTelemetry } from '../ingest/memory-telemetry.js';
import { alertSample } from './samples.js';

class Outbox {
  readonly marked = new Map<string, { alert: Alert; revision: string; isNew: boolean }>();
  corrupt: { key: string; error: unknown }[] = [];
  beforeClear: () => void = () => {};

  mark(alert: Alert, revision: string, isNew = true): void {
    this.marked.set(alert.id, { alert, revision, isNew });
  }

  readonly findings = {
    unannounced: async (limit: number) => ({
      alerts: [...this.marked.values()].slice(0, limit),
      corrupt: this.corrupt,
    }),
    clearAnnounce: async (id: string, revision: string) => {
      this.beforeClear();
      if (this.marked.get(id)?.revision !== revision) return false;
      return this.marked.delete(id);
    },
  };
}

function channel(name: string, sent: string[], isDown: () => boolean = () => false): Publisher {
  return {
    name,
    async publish(alert) {
      if (isDown()) throw new Fault('publish.failed', { channel: name });
      sent.push(`${name} ${alert.id}`);
    },
  };
}

const NOTHING = async (): Promise<void> => undefined;

describe('announcing', () => {
  it('sends each marked alert to every channel and clears the mark', async () => {
    const outbox = new Outbox();
    const sent: string[] = [];
    outbox.mark(alertSample({ id: 'a1' }), 'r1');
    outbox.mark(alertSample({ id: 'a2' }), 'r1');
    const telemetry = new MemoryTelemetry();
    const publishers = [channel('sns', sent), channel('bus', sent)];
    const announce = createAnnounce({ findings: outbox.findings, publishers, telemetry, report: NOTHING });
    expect(await announce()).toEqual({ announced: 2, failed: 0 });
    expect(sent.sort()).toEqual(['bus a1', 'bus a2', 'sns a1', 'sns a2']);
    expect(await announce()).toEqual({ announced: 0, failed: 0 });
    expect(sent).toHaveLength(4);
  });

  it('leaves the mark when one channel fails, does not stop the other, and does not repeat it', async () => {
    const outbox = new Outbox();
    const sent: string[] = [];
    let isDown = true;
    outbox.mark(alertSample({ id: 'a1' }), 'r1');
    const telemetry = new MemoryTelemetry();
    const publishers = [channel('sns', sent, () => isDown), channel('bus', sent)];
    const announce = createAnnounce({ findings: outbox.findings, publishers, telemetry, report: NOTHING });
    expect(await announce()).toEqual({ announced: 0, failed: 1 });
    expect(await announce()).toEqual({ announced: 0, failed: 1 });
    expect(sent).toEqual(['bus a1']);
    expect(outbox.marked.size).toBe(1);
    isDown = false;
    expect(await announce()).toEqual({ announced: 1, failed: 0 });
    expect(sent).toEqual(['bus a1', 'sns a1']);
  });

  it('keeps the mark of an alert that has grown while it was being sent', async () => {
    const outbox = new Outbox();
    const sent: string[] = [];
    outbox.mark(alertSample({ id: 'a1', count: 10 }), 'r1');
    outbox.beforeClear = () => {
      outbox.beforeClear = () => {};
      outbox.mark(alertSample({ id: 'a1', count: 20 }), 'r2');
    };
    const telemetry = new MemoryTelemetry();
    const announce = createAnnounce({
      findings: outbox.findings,
      publishers: [channel('sns', sent)],
      telemetry,
      report: NOTHING,
    });
    await announce();
    expect(outbox.marked.get('a1')?.revision).toBe('r2');
    await announce();
    expect(outbox.marked.size).toBe(0);
    expect(sent).toEqual(['sns a1', 'sns a1']);
  });

  it('announces the others when an item cannot be read, says which, and counts it as failed', async () => {
    const outbox = new Outbox();
    const sent: string[] = [];
    outbox.corrupt = [{ key: 'ALERT#x', error: new Fault('store.corrupt', { table: 'Findings' }) }];
    for (let at = 0; at < 501; at += 1) outbox.mark(alertSample({ id: `a${at}` }), 'r1');
    const telemetry = new MemoryTelemetry();
    const announce = createAnnounce({
      findings: outbox.findings,
      publishers: [channel('sns', sent)],
      telemetry,
      report: NOTHING,
    });
    expect(await announce()).toEqual({ announced: 501, failed: 1 });
    expect(sent).toHaveLength(501);
    expect(telemetry.events().filter((event) => event === 'announce.corrupt')).toHaveLength(1);
  });

  it('fails the function when a channel did, after everything else was sent', async () => {
    const outbox = new Outbox();
    const telemetry = new MemoryTelemetry();
    outbox.mark(alertSample({ id: 'a1' }), 'r1');
    const publishers = [channel('sns', [], () => true)];
    const announce = createAnnounce({ findings: outbox.findings, publishers, telemetry, report: NOTHING });
    await expect(createNotifyHandler({ announce, telemetry })()).rejects.toThrow('publish.failed');
    expect(telemetry.events()).toContain('announce.failed');
  });

  it('writes the line of a new alert once, though a channel is down and the sweeps repeat', async () => {
    const outbox = new Outbox();
    const lines: string[] = [];
    let isDown = true;
    outbox.mark(alertSample({ id: 'a1' }), 'r1');
    outbox.mark(alertSample({ id: 'known' }), 'r2', false);
    const announce = createAnnounce({
      findings: outbox.findings,
      publishers: [channel('sns', [], () => isDown)],
      telemetry: new MemoryTelemetry(),
      report: async (alerts) => void lines.push(...alerts.map(({ id }) => id)),
    });
    await announce();
    outbox.mark(alertSample({ id: 'a1', count: 20 }), 'r3');
    await announce();
    isDown = false;
    expect(await announce()).toEqual({ announced: 2, failed: 0 });
    expect(lines).toEqual(['a1']);
  });
});
