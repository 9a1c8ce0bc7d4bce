import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Engine, openEngine } from '../../adapters/embedded/engine.js';
import { bodyOf, HttpServer } from '../support/http-server.js';
import { cli, cliWorld, ingest, jsonLine } from './cli-world.js';

/** Parameter Store and DynamoDB of an account in which somebody has deployed Gatewarden: what a folder holds is in its tables. */
const world = cliWorld();
const data = world.newData();
/** Services' operations, in the order they came. */
const asked: string[] = [];
const bodies: string[] = [];
let engine: Engine;
let refused: string | undefined;

const PARTS = {
  collector: 'gate-Collector',
  failures: 'gate-failures',
  inventory: 'Inventory',
  findings: 'Findings',
  trail: 'Trail',
  state: 'State',
  parameters: '/own/prefix',
};

const server = new HttpServer(async (request, response) => {
  const target = String(request.headers['x-amz-target']);
  const body = await bodyOf(request);
  bodies.push(body);
  asked.push(target.replace(/^\w+_\d+\./, ''));
  const [status, text] = await answer(target, body);
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
});

async function answer(target: string, body: string): Promise<readonly [number, string]> {
  if (refused !== undefined) return [400, JSON.stringify({ __type: refused })];
  if (target.startsWith('DynamoDB')) {
    const { status, body: text } = await engine.answer(target, body);
    return [status, text];
  }
  if (target === 'AmazonSSM.GetParametersByPath') return [200, '{"Parameters":[]}'];
  if (target === 'AmazonSSM.PutParameter') return [200, '{"Version":1}'];
  return body.includes('/gatewarden/stacks/gate"')
    ? [200, JSON.stringify({ Parameter: { Value: JSON.stringify(PARTS) } })]
    : [400, JSON.stringify({ __type: 'ParameterNotFound' })];
}

beforeAll(async () => {
  const log = [jsonLine(0), jsonLine(1, { status: '404', userAgent: 'sqlmap/1.7' }), jsonLine(2)];
  await ingest(data, world.file('prod.log', `${log.join('\n')}\n`), '--api-id', 'a1b2c3d4e5');
  const opened = await openEngine(join(data, 'store', 'tables'));
  if (opened === undefined) throw new Error('the folder is held by another process');
  engine = opened;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://${await server.start()}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
beforeEach(() => {
  asked.length = 0;
  refused = undefined;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
  await engine.close();
});

const WRITES = /PutItem|UpdateItem|DeleteItem|BatchWriteItem|PutParameter/;

describe('with --stack', () => {
  it.each([
    [['alerts'], /Scanner/],
    [['inventory'], /a1b2c3d4e5/],
    [['inventory', 'show'], /GET +\/orders\/\{id\} +3/],
    [['trail', 'search', '--status', '404'], /sqlmap/],
    [['stats'], /Trail: 3 calls/],
    [['findings'], /No open finding/],
    [['rules', 'list'], /active/],
    [['rules', 'coverage'], /lit/i],
    [['rules', 'show', 'throttled-caller'], /value_count of id/],
    [['rules', 'diff', 'rules-folder'], /\+ rules\/own/],
  ])('%j reads the deployed tables, and writes nothing', async (argv, expected) => {
    if (argv[1] === 'diff') ownRules();
    const where = argv.map((word) => (word === 'rules-folder' ? join(world.folder, word) : word));
    const { out, err, code } = await cli([...where, '--stack', 'gate']);
    expect([err, code]).toEqual(['', 0]);
    expect(out).toMatch(expected);
    expect(asked[0]).toBe('AmazonSSM.GetParameter');
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter((operation) => WRITES.test(operation))).toEqual([]);
  });

  it('shows one alert with its evidence', async () => {
    const [alert] = (await cli(['alerts', '--json', '--stack', 'gate'])).json();
    const { out, code } = await cli(['alerts', 'show', alert.id.slice(0, 8), '--stack', 'gate']);
    expect([code, out.includes('Evidence: 1')]).toEqual([0, true]);
  });

  it('moves a rule and tells the trail of it, who pushed rules as well', async () => {
    const moved = await cli(['rules', 'demote', 'throttled-caller', '--stack', 'gate', '--by', 'ana']);
    expect([moved.err, moved.code]).toEqual(['', 0]);
    expect(moved.out).toMatch(/active → shadow, in force with the next compilation/);
    expect(asked.filter((operation) => WRITES.test(operation))).toEqual(['PutItem', 'PutItem']);
    ownRules();
    const pushed = await cli([
      'rules',
      'push',
      join(world.folder, 'rules-folder'),
      '--apply',
      '--stack',
      'gate',
    ]);
    expect([pushed.err, pushed.code]).toEqual(['', 0]);
    expect(asked.slice(-2)).toEqual(['PutItem', 'AmazonSSM.PutParameter']);
    expect(bodies.at(-1)).toContain('"Name":"/own/prefix/rules/own"');
  });

  it('asks the region that is named', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    const { code, err } = await cli(['alerts', '--stack', 'gate']);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/no AWS region: give --region, or set AWS_REGION/),
    ]);
    expect((await cli(['alerts', '--stack', 'gate', '--region', 'eu-west-1'])).code).toBe(0);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
  });

  it.each([
    [['alerts', '--stack', 'other'], /no stack "other" of Gatewarden in the account and region/],
    [['alerts', '--stack', 'gate', '--data', 'x'], /'--stack <name>' cannot be used with option '--data/],
    [['stats', '--region', 'eu-west-1'], /--region: only with --stack NAME/],
    [['alerts', '--stack', 'gate', '--profile', 'nobody'], /no AWS credentials that work: give --profile/],
  ])('%j ends with 2 and says what would be right', async (argv, message) => {
    const { err, code } = await cli(argv);
    expect([code, message.test(err), err]).toEqual([2, true, err]);
  });

  it('tells a refusal from a stack that is not there', async () => {
    refused = 'AccessDeniedException';
    const { err, code } = await cli(['alerts', '--stack', 'gate']);
    expect([code, err]).toEqual([2, expect.stringMatching(/installation\.failed.*AccessDeniedException/)]);
  });
});

function ownRules(): void {
  const folder = join(world.folder, 'rules-folder', 'rules');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'own.yml'),
    'title: Own\nid: own-rule\nlogsource: { product: aws, service: apigateway }\ndetection: { s: { status: 404 }, condition: s }\n',
  );
}
