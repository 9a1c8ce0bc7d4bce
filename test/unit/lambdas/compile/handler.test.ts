import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoStores, type Stores } from '../../../../adapters/dynamodb/stores.js';
import { openEmbeddedStore } from '../../../../adapters/embedded/embedded-store.js';
import { shippedBundle } from '../../../../adapters/shipped/shipped-bundle.js';
import { toVersionedBundle } from '../../../../core/bundle-version.js';
import type { GuardBundle } from '../../../../core/configuration/publish-guard.js';
import { Fault } from '../../../../core/fault.js';
import type { StoredParameter } from '../../../../core/ports/parameter-store.js';
import type { StateStore } from '../../../../core/ports/state-store.js';
import type { TrailEvent } from '../../../../core/ports/trail-store.js';
import { parseCompileEnv } from '../../../../lambdas/compile/env.js';
import { createCompileHandler } from '../../../../lambdas/compile/handler.js';
import { rule, ruleText, SHIPPED, setting, TOOLS } from '../../core/configuration/configuration-samples.js';
import { MemoryTelemetry } from '../../core/ingest/memory-telemetry.js';

const NOW = Date.UTC(2026, 10, 26, 12);
const CHANGE = { source: 'aws.ssm', 'detail-type': 'Parameter Store Change', detail: {} };

let folder: string;
let stores: Stores;
let close: () => Promise<void>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gw-compile-'));
  const embedded = await openEmbeddedStore(folder);
  stores = dynamoStores({ ...embedded, nowMs: () => NOW });
  close = embedded.close;
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

function setUp(state: StateStore = stores.state) {
  const world: { parameters: StoredParameter[]; documents: string[]; reads: number } = {
    parameters: [],
    documents: [],
    reads: 0,
  };
  const telemetry = new MemoryTelemetry();
  const handler = createCompileHandler({
    ports: {
      parameters: async () => {
        world.reads += 1;
        return world.parameters;
      },
      ...stores,
      state,
      shipped: SHIPPED,
      shippedBundle: () => toVersionedBundle({ ...shippedBundle(), rules: SHIPPED.rules }, TOOLS.digest),
      toBundle: (content) => toVersionedBundle(content, TOOLS.digest),
      tools: TOOLS,
      clock: { nowMs: () => NOW },
    },
    guard: { state, digest: TOOLS.digest, put: async (document) => void world.documents.push(document) },
    telemetry,
  });
  const put = (...parameters: { name: string; text: string }[]) => {
    world.parameters = parameters.map((parameter) => ({ ...parameter, type: 'text' }));
  };
  return { world, telemetry, handler, put };
}

async function trailEvents(): Promise<readonly TrailEvent[]> {
  const events: TrailEvent[] = [];
  for await (const event of stores.trail.events(NOW)) events.push(event);
  return events;
}

describe('the compile function', () => {
  it('publishes the configuration, and the same again publishes nothing', async () => {
    const { handler, put } = setUp();
    put(rule('mine'), setting('retention', { hotDays: 30 }));
    expect(await handler(CHANGE)).toMatchObject({ published: true, problems: [] });
    const bundle = await stores.state.bundle();
    expect(bundle?.settings.hotDays).toBe(30);
    expect(bundle?.shippedRules).toBeUndefined();
    expect(bundle?.configuration?.configured).toContainEqual(
      expect.objectContaining({
        id: 'mine',
        state: 'draft',
        origin: { kind: 'parameter', name: 'rules/mine' },
      }),
    );
    expect(await handler({})).toMatchObject({ published: false, version: bundle?.version });
  });

  it('leaves what others publish as it is, also when they publish while it compiles', async () => {
    const feed = {
      feed: '/aws/apigateway/x',
      trust: 'gateway',
      format: undefined,
      accountId: undefined,
      region: undefined,
      apiId: 'a1b2c3d4e5',
      stage: 'prod',
      apiType: undefined,
    } as const;
    let races = 0;
    const { handler, put, world } = setUp({
      ...stores.state,
      async publishBundle(bundle, replaces) {
        if (races < 2) {
          races += 1;
          const current = (await stores.state.bundle()) ?? shippedBundle();
          const theirs = { ...current, shards: { [`a1b2c3d4e5/race${races}`]: 8 as const }, feeds: [feed] };
          await stores.state.publishBundle(
            toVersionedBundle(theirs, TOOLS.digest),
            (await stores.state.bundle())?.version,
          );
        }
        return stores.state.publishBundle(bundle, replaces);
      },
    });
    put(setting('retention', { hotDays: 30 }));
    expect(await handler(CHANGE)).toMatchObject({ published: true });
    expect(races).toBe(2);
    // Whoever was overtaken reads the parameters again: older ones must not replace newer ones.
    expect(world.reads).toBe(3);
    const bundle = await stores.state.bundle();
    expect(bundle).toMatchObject({ shards: { 'a1b2c3d4e5/race2': 8 }, settings: { hotDays: 30 } });
    expect(bundle?.feeds).toHaveLength(1);
  });

  it('opens a finding that names parameter, line and remedy, and closes it once it is mended', async () => {
    const { handler, put, telemetry } = setUp();
    put(rule('mine'));
    await handler(CHANGE);
    put(rule('mine', ruleText('mine').replace('userAgent', 'userAgnt')));
    expect((await handler(CHANGE)).problems).toHaveLength(1);
    await handler({});
    const [finding, ...others] = await stores.findings.configurationFindings('open');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ parameter: 'rules/mine', inForce: 'last-good', status: 'open' });
    expect(finding?.problems[0]).toMatch(/^rules\/mine:6:\d+: .*userAgnt.*did you mean 'userAgent'/);
    expect(telemetry.lines.at(-1)?.counts).toEqual({ ConfigurationProblems: 1 });
    put(rule('mine'));
    await handler(CHANGE);
    expect(await stores.findings.configurationFindings('open')).toEqual([]);
  });

  it('keeps what is in force while the next would be too large, and says so until it is not', async () => {
    const { handler, put } = setUp();
    put(rule('mine'));
    await handler(CHANGE);
    const before = await stores.state.bundle();
    const selections = Array.from({ length: 100 }, (_, at) => `  s${at}: { method: G }\n`).join('');
    const large = (id: string) =>
      ruleText(id)
        .replace('  condition: tool', `${selections}  condition: ${Array(48).fill('1 of s*').join(' or ')}`)
        .replace('title:', `description: ${id}\ntitle:`);
    put(rule('mine'), ...Array.from({ length: 60 }, (_, at) => rule(`large-${at}`, large(`large-${at}`))));
    expect(await handler(CHANGE)).toMatchObject({ published: false, problems: [expect.anything()] });
    expect(await stores.state.bundle()).toEqual(before);
    expect(await stores.findings.configurationFindings('open')).toMatchObject([
      { parameter: 'the configuration', inForce: 'last-good' },
    ]);
    put(rule('mine'), rule('other'));
    expect(await handler(CHANGE)).toMatchObject({ published: true, problems: [] });
    expect(await stores.findings.configurationFindings('open')).toEqual([]);
  });

  it('puts a bundle that can be read in the place of one that cannot', async () => {
    const { handler, put } = setUp();
    put(rule('mine'));
    await handler(CHANGE);
    const damaged = setUp({
      ...stores.state,
      bundle: async () => {
        throw new Fault('store.corrupt', { table: 'State', attribute: 'bundle' });
      },
    });
    damaged.put(rule('mine'), rule('other'));
    expect(await damaged.handler(CHANGE)).toMatchObject({ published: true, problems: [] });
    const repaired = await stores.state.bundle();
    expect(repaired?.configuration?.configured.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['mine', 'other']),
    );
  });

  it('says of a secure string that it is not read', async () => {
    const { handler, world } = setUp();
    world.parameters = [{ ...rule('mine'), type: 'other' }];
    expect((await handler({})).problems).toEqual([expect.stringContaining('not of type String')]);
  });

  it('writes every change to the trail: parameters by hash, states and packs as they are', async () => {
    const { handler, put } = setUp();
    await handler({});
    put(rule('mine'));
    await handler({});
    const before = (await trailEvents()).length;
    const contentHash =
      (await stores.state.bundle())?.configuration?.configured.find(({ id }) => id === 'mine')?.contentHash ??
      '';
    await stores.state.setLifeCycle({
      ruleId: 'mine',
      contentHash,
      state: 'active',
      atMs: NOW,
      by: 'ana',
      forced: true,
    });
    await handler({});
    const events = await trailEvents();
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['configuration.pack', 'configuration.parameter', 'configuration.rule']),
    );
    expect(events).toHaveLength(before + 1);
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'configuration.rule',
        details: expect.objectContaining({
          rule: 'mine',
          before: `draft ${contentHash}`,
          after: `active ${contentHash}`,
        }),
      }),
    );
  });

  it('puts the guard’s part out when it changes, and only then: active rules over single calls', async () => {
    const { handler, put, world } = setUp();
    await handler({});
    put(setting('retention', { hotDays: 30 }));
    await handler({});
    expect(world.documents).toHaveLength(1);
    const guard = JSON.parse(world.documents[0] ?? '') as GuardBundle;
    expect(guard.rules.map(({ id }) => id)).toEqual(['shipped-one']);
    put(setting('packs', { baseline: 'off' }));
    await handler({});
    expect(world.documents.map((document) => (JSON.parse(document) as GuardBundle).rules.length)).toEqual([
      1, 0,
    ]);
  });
});

describe('its environment', () => {
  it('names every variable at fault', () => {
    expect(() => parseCompileEnv({ GATEWARDEN_PARAMETER_PREFIX: 'gatewarden/' })).toThrow(
      /compile.*GATEWARDEN_PARAMETER_PREFIX.*GATEWARDEN_GUARD_BUCKET/,
    );
  });
});
