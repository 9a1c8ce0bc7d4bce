import { Command } from 'commander';
import { openInventoryView } from '../core/inventory/read-endpoints.js';
import { UNMATCHED_ROUTE } from '../core/inventory/route-evidence.js';
import type { ApiSummary, Endpoint } from '../core/ports/inventory-store.js';
import { type CliIo, UsageError, write } from './cli-io.js';
import { learnLocally, learnPorts } from './learn-locally.js';
import type { OpenedStores } from './local-stores.js';
import { type OpenStores, openStores as openPlace } from './open-stores.js';
import { type PlaceOptions, withPlace } from './place-options.js';
import { type Column, renderTable, tableStyle } from './table.js';

interface InventoryOptions extends PlaceOptions {
  readonly json?: true;
}

const LIST_EXAMPLES = `
Examples:
  $ gatewarden inventory
  $ gatewarden inventory list --json
  $ gatewarden inventory --stack gatewarden
`;

const SHOW_EXAMPLES = `
Examples:
  $ gatewarden inventory show a1b2c3d4e5
  $ gatewarden inventory show a1b2c3d4e5 --data .gatewarden --json
`;

const ABOUT = `
An endpoint is a method and a route template of one API. Where the log names no route, values in paths are told by their
form ({id}, {uuid}, {date}, {email}, …) and, over time, by how many there are ({name}). Calls that show no route (refused,
not found) count under ${UNMATCHED_ROUTE}.`;

/** `gatewarden inventory`: the APIs and endpoints that the traffic shows. */
export function inventoryCommand(io: CliIo, openStores: OpenStores = openPlace): Command {
  const inventory = new Command('inventory')
    .description('APIs and endpoints that the traffic shows')
    .addHelpText('after', LIST_EXAMPLES + ABOUT);
  const list = withOptions(
    new Command('list').description('all APIs (the default); --json with their endpoints'),
  ).action((options: InventoryOptions) =>
    withApis(io, openStores, options, (apis) => printApis(io, options, apis)),
  );
  const show = withOptions(new Command('show').description('the endpoints of one API'))
    .argument('[api]', 'API id (may be left out where there is only one)')
    .action((api: string | undefined, options: InventoryOptions) =>
      withApis(io, openStores, options, (apis) => printEndpoints(io, options, chosen(apis, api))),
    );
  for (const command of [list, show]) {
    command.addHelpText('after', (command === list ? LIST_EXAMPLES : SHOW_EXAMPLES) + ABOUT);
    inventory.addCommand(command, command === list ? { isDefault: true } : {});
  }
  return inventory;
}

function withOptions(command: Command): Command {
  return withPlace(command).option('--json', 'print one JSON document');
}

interface KnownApi extends ApiSummary {
  readonly endpoints: readonly Endpoint[];
}

async function withApis(
  io: CliIo,
  openStores: OpenStores,
  options: InventoryOptions,
  print: (apis: readonly KnownApi[]) => Promise<void>,
): Promise<void> {
  const nowMs = io.nowMs();
  const opened = await openStores(options, () => nowMs);
  try {
    await print(await readApis(opened, nowMs, io));
  } finally {
    await opened.close();
  }
}

async function readApis(
  { stores, kind }: OpenedStores,
  nowMs: number,
  io: CliIo,
): Promise<readonly KnownApi[]> {
  // On AWS `learn` does it each hour; what it has not counted yet is counted here, and nothing is written.
  const { failures } = kind === 'folder' ? await learnLocally(stores, nowMs) : NOTHING_LEARNT;
  for (const { apiId, hourMs } of failures) {
    const hour = new Date(hourMs).toISOString();
    await write(io.stderr, `gatewarden: the hour ${hour} of ${JSON.stringify(apiId)} could not be counted\n`);
    io.setExitCode(2);
  }
  const view = await openInventoryView(learnPorts(stores), { fromMs: 0, nowMs });
  const apis: KnownApi[] = [];
  for (const api of view.apis) apis.push({ ...api, endpoints: await view.endpoints(api) });
  return apis.sort(
    (a, b) => compare(a.apiId, b.apiId) || compare(a.accountId + a.region, b.accountId + b.region),
  );
}

const NOTHING_LEARNT: Awaited<ReturnType<typeof learnLocally>> = { failures: [] };

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function chosen(apis: readonly KnownApi[], id: string | undefined): readonly KnownApi[] {
  const found = id === undefined ? apis : apis.filter((api) => api.apiId === id);
  if (id === undefined && found.length > 1) {
    throw new UsageError(`which API? there are ${found.length}: ${ids(found)}`);
  }
  if (id !== undefined && found.length === 0) {
    throw new UsageError(
      `no API ${JSON.stringify(id)}; there ${apis.length === 0 ? 'is none yet' : `are ${ids(apis)}`}`,
    );
  }
  return found;
}

const ids = (apis: readonly KnownApi[]): string =>
  [...new Set(apis.map(({ apiId }) => apiId))]
    .slice(0, 20)
    .map((id) => JSON.stringify(id))
    .join(', ');

const API_COLUMNS: readonly Column[] = [
  { title: 'API', shrinksTo: 12, overflow: 'wrap' },
  { title: 'TYPE' },
  { title: 'ACCOUNT', folds: true, overflow: 'wrap' },
  { title: 'REGION', folds: true, overflow: 'wrap' },
  { title: 'ENDPOINTS', align: 'right' },
  { title: 'CALLS', align: 'right' },
  { title: '4XX', align: 'right' },
  { title: '5XX', align: 'right' },
  { title: 'LAST SEEN' },
];

async function printApis(io: CliIo, options: InventoryOptions, apis: readonly KnownApi[]): Promise<void> {
  if (options.json) return printJson(io, { apis: apis.map(toJson) });
  if (apis.length === 0) return write(io.stdout, 'No API has been seen yet: ingest a log first.\n');
  const rows = apis.map((api) => {
    const routes = api.endpoints.filter(({ route }) => route !== UNMATCHED_ROUTE);
    return [
      api.apiId,
      api.apiType ?? '-',
      api.accountId,
      api.region,
      number(routes.length),
      number(total(api.endpoints.map(({ calls }) => calls))),
      number(total(api.endpoints.map(({ statusClasses }) => statusClasses['4xx'] ?? 0))),
      number(total(api.endpoints.map(({ statusClasses }) => statusClasses['5xx'] ?? 0))),
      minute(Math.max(...api.endpoints.map(({ lastSeenMs }) => lastSeenMs))),
    ];
  });
  return write(io.stdout, renderTable(API_COLUMNS, rows, tableStyle(io)));
}

const ENDPOINT_COLUMNS: readonly Column[] = [
  { title: 'METHOD' },
  { title: 'ROUTE', shrinksTo: 20, overflow: 'wrap' },
  { title: 'CALLS', align: 'right' },
  { title: '2XX', align: 'right' },
  { title: '4XX', align: 'right' },
  { title: '5XX', align: 'right' },
  { title: 'FIRST SEEN', folds: true, overflow: 'wrap' },
  { title: 'LAST SEEN' },
];

async function printEndpoints(
  io: CliIo,
  options: InventoryOptions,
  apis: readonly KnownApi[],
): Promise<void> {
  if (options.json) return printJson(io, { apis: apis.map(toJson) });
  for (const { endpoints } of apis) {
    const rows = endpoints.map(({ method, route, calls, statusClasses, firstSeenMs, lastSeenMs }) => [
      method,
      route,
      number(calls),
      ...['2xx', '4xx', '5xx'].map((name) => number(statusClasses[name] ?? 0)),
      minute(firstSeenMs),
      minute(lastSeenMs),
    ]);
    await write(io.stdout, renderTable(ENDPOINT_COLUMNS, rows, tableStyle(io)));
  }
}

/** The same keys whatever is known: absent values are `null`. */
function toJson(api: KnownApi) {
  const { accountId, region, apiId, apiType, endpoints } = api;
  return {
    accountId,
    region,
    apiId,
    apiType: apiType ?? null,
    endpoints: endpoints.map(
      ({ method, route, stage, host, principalKind, calls, statusClasses, firstSeenMs, lastSeenMs }) => ({
        method,
        route,
        stage: stage ?? null,
        host: host ?? null,
        principalKind: principalKind ?? null,
        calls,
        statusClasses,
        firstSeenMs,
        lastSeenMs,
      }),
    ),
  };
}

const printJson = (io: CliIo, document: unknown): Promise<void> =>
  write(io.stdout, `${JSON.stringify(document, undefined, 2)}\n`);

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

const number = (value: number): string => value.toLocaleString('en-US');

/** UTC, to the minute. */
function minute(ms: number): string {
  return Number.isFinite(ms) ? `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}Z` : '-';
}
