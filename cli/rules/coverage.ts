import { Command, Option } from 'commander';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { shippedBundle } from '../../adapters/shipped/shipped-bundle.js';
import type { FeedConfig } from '../../core/bundle.js';
import type { ApiType } from '../../core/calls/api-call.js';
import { compileFormat } from '../../core/calls/format/compile-format.js';
import {
  coverCalls,
  coverFormat,
  type FeedCoverage,
  typeOfFormat,
} from '../../core/coverage/feed-coverage.js';
import { CallTallier } from '../../core/coverage/supply-of-calls.js';
import type { TrailStage } from '../../core/ports/trail-store.js';
import type { RuleSource } from '../../core/sigma/rule-source.js';
import { searchTrail } from '../../core/trail/search.js';
import { type CliIo, UsageError, write } from '../cli-io.js';
import { checkedFormat } from '../format-option.js';
import type { OpenedStores } from '../local-stores.js';
import { wholeNumber } from '../number-option.js';
import { type OpenStores, openStores as openPlace } from '../open-stores.js';
import { type PlaceOptions, withPlace } from '../place-options.js';
import { type NamedCoverage, renderCoverage } from './coverage-report.js';
import { summariseCoverage } from './coverage-summary.js';

interface CoverageOptions extends PlaceOptions {
  readonly format?: string;
  readonly apiType?: ApiType;
  readonly calls: string;
  readonly printFormat?: true;
  readonly verbose?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden rules coverage
  $ gatewarden rules coverage --verbose
  $ gatewarden rules coverage --json
  $ gatewarden rules coverage --format @format.txt --api-type rest
  $ gatewarden rules coverage --format '$context.requestId $context.routeKey $context.status' --print-format

Lit: the rule works as written. Dim: it works partly; the reason says how. Dark: it cannot fire. A feed whose format is
not known is judged by the fields that its newest calls have. --print-format prints only the accessLogSettings.format with
which every rule is lit: one line a feed.`;

const CALLS_MAX = 1_000_000;

/** `gatewarden rules coverage`: which rules the log formats light. */
export function coverageCommand(io: CliIo, openStores: OpenStores = openPlace): Command {
  return withPlace(new Command('coverage'))
    .description('which rules work with the log formats there are, and the format that lights all')
    .option(
      '--format <format>',
      'judge this accessLogSettings.format, or @FILE that holds it, in place of data',
    )
    .addOption(
      new Option(
        '--api-type <type>',
        'the type of the API with that format (default: as its variables say)',
      ).choices(['rest', 'http', 'websocket']),
    )
    .option('--calls <n>', 'look at so many calls of each feed whose format is not known', '10000')
    .option('--print-format', 'print only the format that lights all')
    .option('--verbose', 'each rule of each feed that is not lit, and why')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: CoverageOptions) => coverage(options, io, openStores));
}

async function coverage(options: CoverageOptions, io: CliIo, openStores: OpenStores): Promise<void> {
  const most = wholeNumber('--calls', options.calls, 1, CALLS_MAX);
  const covered =
    options.format === undefined
      ? await coverStored(options, most, io, openStores)
      : [await coverGiven(options.format, options.apiType, io)];
  if (options.printFormat === true) {
    for (const format of new Set(covered.map((one) => one.coverage.format)))
      await write(io.stdout, `${format}\n`);
  } else if (options.json) {
    const feeds = covered.map(({ coverage: details, ...named }) => ({ ...named, ...details }));
    await write(io.stdout, `${JSON.stringify({ feeds }, undefined, 2)}\n`);
  } else await write(io.stdout, (options.verbose === true ? renderCoverage : summariseCoverage)(covered, io));
}

async function coverGiven(option: string, apiType: ApiType | undefined, io: CliIo): Promise<NamedCoverage> {
  const compiled = compileFormat(await checkedFormat(option, io));
  if (compiled.kind === 'invalid') throw new UsageError('--format: it cannot be read');
  const { variables } = compiled.decoder;
  const type = apiType ?? typeOfFormat(variables);
  if (type === undefined)
    throw new UsageError(
      '--format: its variables fit several types of API; give --api-type rest, http or websocket',
    );
  const rules = shippedBundle().rules;
  // Of a feed that is set up, the configuration says whose it is.
  const fromFeed = new Set(['accountId', 'region', 'apiId', 'stage']);
  const details = coverFormat({ rules, apiType: type, variables, fromFeed });
  return { apiId: undefined, stage: undefined, feed: undefined, coverage: details };
}

async function coverStored(
  place: PlaceOptions,
  most: number,
  io: CliIo,
  openStores: OpenStores,
): Promise<readonly NamedCoverage[]> {
  const nowMs = io.nowMs();
  const opened = await openStores(place, () => nowMs);
  try {
    const bundle = (await opened.stores.state.bundle()) ?? shippedBundle();
    const covered: NamedCoverage[] = [];
    for (const stage of await opened.stores.trail.stages())
      for (const [feed, tallier] of await tallyStage(opened, stage, most, nowMs)) {
        const config = bundle.feeds.find((entry) => entry.feed === feed);
        const details = coverFeed(bundle.rules, config, tallier);
        if (details !== undefined) covered.push({ ...stage, feed, coverage: details });
        else
          await write(
            io.stderr,
            `gatewarden: ${feed}: no call shows what type of API it is; say so in its feed\n`,
          );
      }
    return covered.sort((a, b) => compare(label(a), label(b)));
  } finally {
    await opened.close();
  }
}

const label = ({ apiId, stage, feed }: NamedCoverage): string => `${apiId} ${stage} ${feed}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The newest calls of a stage, by the feed they came from. */
async function tallyStage(
  { stores }: OpenedStores,
  { apiId, stage }: TrailStage,
  most: number,
  nowMs: number,
): Promise<ReadonlyMap<string, CallTallier>> {
  const talliers = new Map<string, CallTallier>();
  const reading = { store: stores.trail, compression: nodeCompression };
  const scope = { apiId, stage, fromMs: 0, toMs: nowMs + DAY_MS };
  let seen = 0;
  for await (const call of searchTrail(reading, scope, () => true)) {
    const tallier = talliers.get(call.feed) ?? new CallTallier();
    talliers.set(call.feed, tallier);
    tallier.add(call);
    if (++seen === most) break;
  }
  return talliers;
}

const DAY_MS = 86_400_000;

/** By its format where that is known, else by its calls; `undefined` where nothing tells the type of the API. */
function coverFeed(
  rules: readonly RuleSource[],
  config: FeedConfig | undefined,
  tallier: CallTallier,
): FeedCoverage | undefined {
  const tally = tallier.tally();
  const compiled = config?.format === undefined ? undefined : compileFormat(config.format);
  if (compiled?.kind !== 'compiled') {
    const type = config?.apiType ?? tally.apiType;
    return type === undefined ? undefined : coverCalls(rules, tally, type);
  }
  const { variables } = compiled.decoder;
  const apiType = config?.apiType ?? tally.apiType ?? typeOfFormat(variables);
  const told = (['accountId', 'region', 'apiId', 'stage'] as const).filter(
    (key) => config?.[key] !== undefined,
  );
  return apiType === undefined
    ? undefined
    : coverFormat({ rules, apiType, variables, fromFeed: new Set(told) });
}
