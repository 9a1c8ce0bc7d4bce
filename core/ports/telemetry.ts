/** Facts for the operator. A value that a caller wrote goes in only cut short, and never as a name. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** Structured log lines and metrics. Writing never fails and never waits. */
export interface Telemetry {
  info(event: string, facts: Facts): void;
  warn(event: string, facts: Facts, cause?: unknown): void;
  error(event: string, facts: Facts, cause?: unknown): void;
  /** One line that is also a metric: counts by name, told apart by `dimensions` (few values each), with further facts. */
  count(
    event: string,
    counts: Readonly<Record<string, number>>,
    dimensions: Readonly<Record<string, string>>,
    facts: Facts,
  ): void;
}
