import { Fault } from '../../core/fault.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Facts, Telemetry } from '../../core/ports/telemetry.js';

/** Metrics appear under this name in CloudWatch. */
export const METRICS_NAMESPACE = 'Gatewarden';

/**
 * One JSON object a line; counts in CloudWatch's embedded metric format, so that a line is the metric and needs no
 * call. Own code instead of Powertools: 22 KB of the collector's bundle for what fits here.
 */
export function jsonTelemetry(options: {
  readonly service: string;
  readonly clock: Clock;
  readonly write: (line: string) => void;
}): Telemetry {
  const { service, clock, write } = options;

  function line(level: string, event: string, body: Readonly<Record<string, unknown>>): void {
    const time = new Date(clock.nowMs()).toISOString();
    write(`${JSON.stringify({ time, level, service, event, ...body })}\n`);
  }

  return {
    info: (event, facts) => line('info', event, shorten(facts)),
    warn: (event, facts, cause) => line('warn', event, { ...shorten(facts), ...toError(cause) }),
    error: (event, facts, cause) => line('error', event, { ...shorten(facts), ...toError(cause) }),
    count(event, counts, dimensions, facts) {
      line('info', event, {
        ...shorten(facts),
        ...shorten(dimensions),
        ...counts,
        _aws: {
          Timestamp: clock.nowMs(),
          CloudWatchMetrics: [
            {
              Namespace: METRICS_NAMESPACE,
              Dimensions: [Object.keys(dimensions)],
              Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: 'Count' })),
            },
          ],
        },
      });
    },
  };
}

/** A line must stay far below CloudWatch's 1 MB; dimensions end at 1,024 characters. */
const FACT_CHARACTERS = 1000;

function shorten(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length > FACT_CHARACTERS
        ? `${value.slice(0, FACT_CHARACTERS)}…`
        : value,
    ]),
  );
}

/** Code, details and the chain of causes by name: messages of foreign errors may quote what a caller wrote. */
function toError(cause: unknown): Readonly<Record<string, unknown>> {
  if (cause === undefined) return {};
  if (!(cause instanceof Error)) return { error: typeof cause };
  const inner = cause.cause === undefined ? {} : { cause: toError(cause.cause) };
  if (cause instanceof Fault) return { error: cause.code, details: shorten(cause.details), ...inner };
  return { error: cause.name, stack: frames(cause.stack), ...inner };
}

function frames(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .filter((frame) => frame.trimStart().startsWith('at '))
    .slice(0, 8)
    .join('\n');
}
