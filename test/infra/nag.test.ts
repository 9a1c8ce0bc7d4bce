import { rmSync } from 'node:fs';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { Gatewarden } from '../../lib/index.js';
import { createApp } from './synthesized.js';

function check(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } finally {
    rmSync(app.outdir, { recursive: true, force: true });
  }
}

describe('cdk-nag (AwsSolutions)', () => {
  it.each(['direct', 'kinesis'] as const)('finds nothing unacknowledged with %s buffering', (kind) => {
    expect(() => check(createApp({ kind }))).not.toThrow();
  });

  it('finds nothing unacknowledged where the construct is embedded in one stack of somebody else', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new Stack(app, 'theirs');
    new Gatewarden(stack, 'Gatewarden', { logGroups: [{ prefix: '/api/' }] });
    expect(() => check(app)).not.toThrow();
  });

  it('really looks: an unencrypted, unlogged bucket beside ours stops the synthesis', () => {
    const app = createApp({ kind: 'direct' });
    new Bucket(new Stack(app, 'bad'), 'Open');
    expect(() => check(app)).toThrow(/AwsSolutions-S/);
  });

  it('every acknowledgement names one finding and says why in a sentence', () => {
    const reasons = acknowledgements(createApp({ kind: 'kinesis' }));
    expect(reasons.length).toBeGreaterThan(5);
    for (const { id, reason } of reasons) {
      expect(id).toMatch(/^AwsSolutions-(IAM5\[Resource::.+\]|S1|KDS3)$/);
      expect(reason.length).toBeGreaterThan(40);
    }
  });
});

function acknowledgements(app: App): readonly { id: string; reason: string }[] {
  const key = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
  const found = app.node
    .findAll()
    .flatMap((construct: IConstruct) =>
      construct.node.metadata.flatMap(({ type, data }) =>
        type === key ? Object.entries(data as object) : [],
      ),
    );
  return found.map(([id, reason]) => ({
    id: id.replace(/^.*::(?=AwsSolutions)/, ''),
    reason: String(reason),
  }));
}
