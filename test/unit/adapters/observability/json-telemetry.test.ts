import { describe, expect, it } from 'vitest';
import { jsonTelemetry } from '../../../../adapters/observability/json-telemetry.js';
import { printedPublisher } from '../../../../adapters/observability/printed-publisher.js';
import { Fault } from '../../../../core/fault.js';
import { alertSample } from '../../core/alerts/samples.js';

function written(use: (telemetry: ReturnType<typeof jsonTelemetry>) => void): string[] {
  const lines: string[] = [];
  const clock = { nowMs: () => Date.UTC(2026, 2, 3) };
  use(jsonTelemetry({ service: 'ingest', clock, write: (line) => lines.push(line) }));
  return lines;
}

describe('the log', () => {
  it('is one JSON object a line, whatever is in it', () => {
    const lines = written((telemetry) => telemetry.warn('records.rejected', { reason: 'a\nb\u2028c' }));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: '2026-03-03T00:00:00.000Z',
      level: 'warn',
      service: 'ingest',
      event: 'records.rejected',
      reason: 'a\nb\u2028c',
    });
  });

  it('carries counts as metrics in the embedded metric format', () => {
    const [line] = written((telemetry) =>
      telemetry.count('alert', { Alerts: 1 }, { Rule: 'r1', Level: 'high', Api: 'a1' }, { id: 'x' }),
    );
    expect(JSON.parse(line ?? '')).toMatchObject({
      Alerts: 1,
      Rule: 'r1',
      Level: 'high',
      Api: 'a1',
      id: 'x',
      _aws: {
        Timestamp: Date.UTC(2026, 2, 3),
        CloudWatchMetrics: [
          {
            Namespace: 'Gatewarden',
            Dimensions: [['Rule', 'Level', 'Api']],
            Metrics: [{ Name: 'Alerts', Unit: 'Count' }],
          },
        ],
      },
    });
  });

  it('tells code and details of a fault, but never the message of a foreign error', () => {
    const cause = new TypeError('Cannot read "Bearer abc"');
    const [line] = written((telemetry) =>
      telemetry.error('payload.given-back', {}, new Fault('store.failed', { table: 'Trail' }, { cause })),
    );
    const parsed = JSON.parse(line ?? '');
    expect(parsed).toMatchObject({
      error: 'store.failed',
      details: { table: 'Trail' },
      cause: { error: 'TypeError' },
    });
    expect(line).not.toContain('Bearer');
  });

  it('cuts long values', () => {
    const [line] = written((telemetry) => telemetry.info('x', { value: 'y'.repeat(100_000) }));
    expect(line?.length).toBeLessThan(1500);
  });
});

describe('printed alerts', () => {
  it('are one line each that steers no terminal', async () => {
    const lines: string[] = [];
    const title = 'Many\u001b[2Jerrors\nand more';
    await printedPublisher((line) => lines.push(line)).publish(alertSample({ title }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^2026-03-03T10:00:09.000Z MEDIUM Many/);
    expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u);
  });
});
