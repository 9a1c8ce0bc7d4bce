/**
 * List prices of us-east-1, US dollars, as the services' price pages had them in 2025/2026:
 * aws.amazon.com/dynamodb/pricing/on-demand, /lambda/pricing, /kinesis/data-streams/pricing, /cloudwatch/pricing.
 */
const PRICE = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  tableGbMonth: 0.25,
  /** Point-in-time recovery, which every table has. */
  recoveryGbMonth: 0.2,
  lambdaRequest: 0.2e-6,
  lambdaGbSecondArm: 0.0000133334,
  logGb: 0.5,
  kinesisGbIn: 0.08,
  kinesisGbOut: 0.04,
  kinesisStreamHour: 0.04,
};

/** The functions' own settings (lib/ingest.ts, lib/buffer.ts). */
const MEMORY_GB = 0.5;
const POLLS_AT_ONCE = 4 * 2;
const BATCH_WINDOW_SECONDS = 5;
const BATCH_RECORDS = 100;

/** With 512 MB a function has this part of a core; one of Lambda's is taken to be as fast as this machine's. */
const CORE_SHARE = 512 / 1769;
/** A request to DynamoDB within the region, as CloudWatch shows them: 2 to 6 ms. */
const ROUND_TRIP_SECONDS = 0.005;
const HOT_DAYS = 14;
const DAYS_A_MONTH = 30.4;
const CALLS_A_MONTH = 1e9;
const SECONDS_A_MONTH = DAYS_A_MONTH * 86_400;
const GB = 1e9;

/** What one call takes on average, in payloads of `size` that come as they do on that way. */
export interface Usage {
  readonly size: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Of the whole handler, on a whole core. */
  readonly processorSeconds: number;
  /** Times that it waits for DynamoDB. */
  readonly waits: number;
  readonly logBytes: number;
  readonly trailBytes: number;
  /** Of the packed payload. */
  readonly payloadBytes: number;
}

/** Payloads of `size` calls that come together in one Kinesis batch at a billion calls a month. */
export function payloadsTogether(size: number): number {
  const recordsASecond = CALLS_A_MONTH / SECONDS_A_MONTH / size;
  const records = Math.floor((recordsASecond * BATCH_WINDOW_SECONDS) / POLLS_AT_ONCE);
  return Math.min(BATCH_RECORDS, Math.max(1, records));
}

/** Dollars a million calls by what they are paid for; at a billion calls a month, where time is charged. */
export function chargesPerMillion(
  usage: Usage,
  way: 'direct' | 'buffered',
): Readonly<Record<string, number>> {
  const records = way === 'direct' ? 1 : payloadsTogether(usage.size);
  const seconds = usage.processorSeconds / CORE_SHARE + usage.waits * ROUND_TRIP_SECONDS;
  const recordBytes = Math.ceil((usage.payloadBytes * usage.size) / 1024) * 1024;
  const kinesis =
    (recordBytes / usage.size / GB) * (PRICE.kinesisGbIn + PRICE.kinesisGbOut) +
    (PRICE.kinesisStreamHour * SECONDS_A_MONTH) / 3600 / CALLS_A_MONTH;
  const perCall = {
    writes: usage.writeUnits * PRICE.writeUnit,
    reads: usage.readUnits * PRICE.readUnit,
    'trail kept 14 days':
      ((usage.trailBytes / GB) * (PRICE.tableGbMonth + PRICE.recoveryGbMonth) * HOT_DAYS) / DAYS_A_MONTH,
    'Lambda time': seconds * MEMORY_GB * PRICE.lambdaGbSecondArm,
    'Lambda requests': PRICE.lambdaRequest / (usage.size * records),
    'own log': (usage.logBytes / GB) * PRICE.logGb,
    ...(way === 'buffered' && { Kinesis: kinesis }),
  };
  return Object.fromEntries(Object.entries(perCall).map(([name, dollars]) => [name, dollars * 1e6]));
}
