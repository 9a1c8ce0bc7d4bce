import type { Facts, Telemetry } from '../../../../core/ports/telemetry.js';

/** Keeps what was written. */
export class MemoryTelemetry implements Telemetry {
  readonly lines: {
    level: string;
    event: string;
    facts: Facts;
    counts?: Readonly<Record<string, number>>;
    dimensions?: Readonly<Record<string, string>>;
  }[] = [];

  info(event: string, facts: Facts): void {
    this.lines.push({ level: 'info', event, facts });
  }

  warn(event: string, facts: Facts): void {
    this.lines.push({ level: 'warn', event, facts });
  }

  error(event: string, facts: Facts): void {
    this.lines.push({ level: 'error', event, facts });
  }

  count(
    event: string,
    counts: Readonly<Record<string, number>>,
    dimensions: Readonly<Record<string, string>>,
    facts: Facts,
  ): void {
    this.lines.push({ level: 'info', event, facts, counts, dimensions });
  }

  events(): readonly string[] {
    return this.lines.map((line) => line.event);
  }
}
