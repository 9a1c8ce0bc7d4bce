import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoStores, type Stores } from '../../adapters/dynamodb/stores.js';
import { shipped } from '../../adapters/shipped/shipped-bundle.js';
import { bundleFunction } from '../../lib/bundle-function.js';
import {
  createMotoTables,
  functionEnvironment,
  motoDynamo,
  motoEndpoint,
  required,
} from '../support/emulators/moto.js';
import { FunctionUnderTest } from '../support/emulators/runtime-api.js';
import { ruleText } from '../unit/core/configuration/configuration-samples.js';

const PREFIX = '/gatewarden-compile';
const BUCKET = 'gatewarden-compile';
const SCHEDULED = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };

describe('the compile function, bundled, in the Lambda runtime client', () => {
  const endpoint = motoEndpoint();
  const config = { endpoint, region: 'us-east-1' };
  const ssm = new SSMClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const dynamo = motoDynamo();
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-compile-'));
  const fn = new FunctionUnderTest();
  let stores: Stores;

  beforeAll(async () => {
    const tables = await createMotoTables(dynamo, 'compile-');
    stores = dynamoStores({ client: dynamo, tables, nowMs: () => Date.now() });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    bundleFunction('lambdas/compile/index.ts', folder);
    await fn.start({
      node: required('GATEWARDEN_NODE_24'),
      runtimeClient: required('GATEWARDEN_RUNTIME_CLIENT'),
      taskRoot: folder,
      environment: {
        ...functionEnvironment(tables),
        GATEWARDEN_PARAMETER_PREFIX: PREFIX,
        GATEWARDEN_GUARD_BUCKET: BUCKET,
      },
    });
  });

  afterAll(async () => {
    await fn.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function put(name: string, Value: string): Promise<void> {
    await ssm.send(
      new PutParameterCommand({ Name: `${PREFIX}/${name}`, Value, Type: 'String', Overwrite: true }),
    );
  }

  it('publishes what lies in Parameter Store, page by page, and the same again is not published', async () => {
    // More than the ten of one page.
    for (let at = 0; at < 12; at += 1) await put(`rules/mine-${at}`, ruleText(`mine-${at}`));
    await put('settings/retention', '{ "hotDays": 30 }');
    const first = await fn.invoke(SCHEDULED);
    expect(first).toMatchObject({ published: true, problems: [] });
    const bundle = await stores.state.bundle();
    expect(first).toMatchObject({ version: bundle?.version });
    expect(bundle?.settings.hotDays).toBe(30);
    expect(
      bundle?.configuration?.drafts.map(({ id }) => id).filter((id) => id.startsWith('mine-')),
    ).toHaveLength(12);
    expect(bundle?.rules.length).toBeGreaterThan(shipped.packs.length);
    const guard = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'guard/bundle.json' }));
    expect(JSON.parse((await guard.Body?.transformToString()) ?? '')).toMatchObject({ formatVersion: 1 });
    expect(await fn.invoke(SCHEDULED)).toMatchObject({ published: false, problems: [] });
  });

  it('keeps the last good of a rule that breaks, with a finding that names parameter and line, until it is mended', async () => {
    const before = (await stores.state.bundle())?.configuration?.drafts.find(({ id }) => id === 'mine-3');
    await put('rules/mine-3', ruleText('mine-3').replace('userAgent', 'userAgnt'));
    await put('rules/mine-4', ruleText('mine-4', 'nmap'));
    expect(await fn.invoke(SCHEDULED)).toMatchObject({
      problems: [expect.stringMatching(/^rules\/mine-3:6:\d+: .*did you mean 'userAgent'/)],
    });
    const drafts = (await stores.state.bundle())?.configuration?.drafts ?? [];
    expect(drafts.find(({ id }) => id === 'mine-3')).toEqual(before);
    expect(JSON.stringify(drafts.find(({ id }) => id === 'mine-4'))).toContain('nmap');
    const findings = await stores.findings.configurationFindings('open');
    expect(findings).toMatchObject([
      {
        parameter: 'rules/mine-3',
        inForce: 'last-good',
        problems: [expect.stringMatching(/:6:\d+: .*did you mean 'userAgent'/)],
      },
    ]);
    expect(fn.log).toContain('"event":"configuration.broken"');

    await put('rules/mine-3', ruleText('mine-3', 'nmap'));
    expect(await fn.invoke(SCHEDULED)).toMatchObject({ published: true, problems: [] });
    expect(await stores.findings.configurationFindings('open')).toEqual([]);
  });
});
