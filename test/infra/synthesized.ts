import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { BufferProps } from '../../lib/buffer.js';
import { GatewardenDataStack, GatewardenStack } from '../../lib/stacks.js';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

/** Both stacks without bundling (the functions' code does not matter here), in one fixed account and region. */
export function createApp(buffering: BufferProps) {
  const context = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/aws-iam:minimizePolicies': false };
  const app = new App({ context, outdir: mkdtempSync(join(tmpdir(), 'gatewarden-synth-')) });
  const env = { account: ACCOUNT, region: REGION };
  const { data } = new GatewardenDataStack(app, 'gate-data', { env });
  const logGroups = [{ prefix: '/aws/vendedlogs/apigateway/' }, { name: '/legacy/orders' }];
  new GatewardenStack(app, 'gate', { env, gatewarden: { data, logGroups, buffering } });
  return app;
}

export interface Synthesized {
  readonly data: Template;
  readonly gate: Template;
  /** Logical id and resource, of both stacks. */
  readonly resources: ReadonlyMap<string, Resource>;
  ofType(type: string): readonly (readonly [string, Resource])[];
}

export function synthesize(buffering: BufferProps = { kind: 'direct' }): Synthesized {
  const assembly = createApp(buffering).synth();
  const data = Template.fromJSON(assembly.getStackByName('gate-data').template);
  const gate = Template.fromJSON(assembly.getStackByName('gate').template);
  rmSync(assembly.directory, { recursive: true });
  const all = [data, gate].flatMap((template) => Object.entries(template.toJSON()['Resources'] as object));
  const resources = new Map(all as [string, Resource][]);
  return {
    data,
    gate,
    resources,
    ofType: (type) => [...resources].filter(([, resource]) => resource.Type === type),
  };
}
