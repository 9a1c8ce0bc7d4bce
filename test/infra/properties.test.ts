import { describe, expect, it } from 'vitest';
import { decodeStackNames } from '../../adapters/aws/stack-parameter.js';
import { TABLE_SCHEMAS, TTL_ATTRIBUTE } from '../../adapters/dynamodb/table-schema.js';
import { statementsOf } from './function-policies.js';
import { resolved } from './resolved.js';
import { ACCOUNT, REGION, type Synthesized, synthesize } from './synthesized.js';

const stacks = { direct: synthesize(), kinesis: synthesize({ kind: 'kinesis' }) };
const both = Object.entries(stacks);

describe.each(both)('the stacks with %s buffering', (_kind, stack) => {
  it('keep, encrypt, back up and protect every table, and expire items', () => {
    const tables = stack.ofType('AWS::DynamoDB::Table');
    expect(tables).toHaveLength(4);
    for (const [, table] of tables) {
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: expect.anything() },
          TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
        },
      });
    }
  });

  it('say what their parts are called, where commands look for it', () => {
    const [[, parameter] = [], ...others] = stack.ofType('AWS::SSM::Parameter');
    expect(others).toEqual([]);
    expect(parameter?.Properties['Name']).toBe('/gatewarden/stacks/gate');
    const names = decodeStackNames(String(resolved(parameter?.Properties['Value'], stack)));
    expect(names?.collector).toMatch(/Collector/);
    expect(names?.failures).toMatch(/failures/i);
    for (const [part, table] of [
      ['inventory', /Inventory/],
      ['findings', /Findings/],
      ['trail', /Trail/],
      ['state', /State/],
    ] as const)
      expect(names?.[part]).toMatch(table);
    expect(names?.parameters).toBe('/gatewarden');
  });

  it('make the tables as the stores expect them', () => {
    for (const { name, indexes } of Object.values(TABLE_SCHEMAS)) {
      const [entry] = stack.ofType('AWS::DynamoDB::Table').filter(([id]) => id.includes(name));
      const properties = entry?.[1].Properties;
      const made = (properties?.['GlobalSecondaryIndexes'] ?? []) as { IndexName: string }[];
      expect(made.map(({ IndexName }) => IndexName)).toEqual(indexes.map((index) => index.name));
    }
  });

  it('let nobody reach a bucket from outside, nor without TLS, and keep versions', () => {
    const buckets = stack.ofType('AWS::S3::Bucket');
    expect(buckets).toHaveLength(1);
    for (const [id, bucket] of buckets) {
      expect(bucket).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: {
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
            ],
          },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          VersioningConfiguration: { Status: 'Enabled' },
          LifecycleConfiguration: {
            // The guard's bundle, which lies beside the failed payloads, must not expire.
            Rules: [expect.objectContaining({ ExpirationInDays: 90, Prefix: 'aws/' })],
          },
        },
      });
      const [policy] = stack.ofType('AWS::S3::BucketPolicy').filter(([, { Properties }]) => {
        return JSON.stringify(Properties['Bucket']).includes(id);
      });
      expect(JSON.stringify(policy?.[1].Properties['PolicyDocument'])).toContain(
        '"aws:SecureTransport":"false"',
      );
    }
  });

  it('rotate the key', () => {
    const keys = stack.ofType('AWS::KMS::Key');
    expect(keys).toHaveLength(1);
    expect(keys[0]?.[1]).toMatchObject({ DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
  });

  it('encrypt every topic and take nothing without TLS', () => {
    const topics = stack.ofType('AWS::SNS::Topic');
    expect(topics).toHaveLength(2);
    for (const [id, topic] of topics) {
      expect(topic.Properties['KmsMasterKeyId']).toBeDefined();
      const policies = stack.ofType('AWS::SNS::TopicPolicy').filter(([, { Properties }]) => {
        return JSON.stringify(Properties['Topics']).includes(id);
      });
      expect(JSON.stringify(policies)).toContain('"aws:SecureTransport":"false"');
    }
  });

  it('give every function Node 24 on arm64, a log group of its own with an end to it, and a failure destination', () => {
    const functions = stack.ofType('AWS::Lambda::Function');
    expect(functions).toHaveLength(7);
    const groupsUsed = functions.map(([id, { Properties }]) => {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
      const group = (Properties['LoggingConfig'] as { LogGroup: { Ref: string } }).LogGroup.Ref;
      const [invoke] = stack.ofType('AWS::Lambda::EventInvokeConfig').filter(([, config]) => {
        return JSON.stringify(config.Properties['FunctionName']).includes(id);
      });
      expect(resolved(invoke?.[1].Properties['DestinationConfig'], stack)).toMatchObject({
        OnFailure: { Destination: expect.stringMatching(/^arn:aws:s3:::/) },
      });
      return group;
    });
    expect(new Set(groupsUsed).size).toBe(7);
    const groups = stack.ofType('AWS::Logs::LogGroup');
    expect(groups.map(([id]) => id).sort()).toEqual([...groupsUsed].sort());
    for (const [, { Properties }] of groups) {
      expect(Properties['RetentionInDays']).toBe(30);
      expect(Properties['LogGroupName']).toMatch(/^\/gatewarden\/gate\//);
      expect(Properties['Tags']).toContainEqual({ Key: 'gatewarden:own-log', Value: expect.any(String) });
    }
  });

  it('hang no managed policy on any role and use no wildcard in actions', () => {
    const roles = stack.ofType('AWS::IAM::Role');
    expect(roles.length).toBeGreaterThanOrEqual(4);
    for (const [id, role] of roles) {
      expect(role.Properties['ManagedPolicyArns']).toBeUndefined();
      for (const { Action } of statementsOf(id, stack)) expect(String(Action)).not.toContain('*');
    }
  });

  it('use no wildcard in resources beyond the known ones', () => {
    const logs = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:`;
    const known = ['*', `${logs}*`, `${logs}/aws/vendedlogs/apigateway/*`, `${logs}/legacy/orders:*`];
    const used = wildcards(stack).filter(
      (resource) => !/:\*$/.test(resource) || !resource.includes('/gatewarden/'),
    );
    expect(used.length).toBeGreaterThan(0);
    for (const resource of used) {
      if (!known.includes(resource)) expect(resource).toMatch(/^arn:aws:s3:::[a-z0-9]+\/aws\/lambda\/\*$/);
    }
  });

  it('alarm on errors, throttles, drops and lost events of every function, on age, on delivery errors and on broken configuration', () => {
    const alarms = stack.ofType('AWS::CloudWatch::Alarm');
    const metrics = alarms.map(([, { Properties }]) => String(Properties['MetricName'] ?? 'query'));
    const count = (name: string) => metrics.filter((metric) => metric === name).length;
    for (const name of ['Errors', 'Throttles', 'AsyncEventsDropped', 'DestinationDeliveryFailures']) {
      expect([name, count(name)]).toEqual([name, 7]);
    }
    expect(count('ConfigurationProblems')).toBe(1);
    expect(count('AsyncEventAge') + count('IteratorAge')).toBe(1);
    expect(JSON.stringify(alarms)).toContain('SELECT SUM(DeliveryErrors) FROM');
    for (const [, { Properties }] of alarms) expect(Properties['AlarmActions']).toHaveLength(1);
  });
});

describe('who may invoke the collector', () => {
  const permissions = (stack: Synthesized) =>
    stack
      .ofType('AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties['Principal'] === 'logs.amazonaws.com');

  it('CloudWatch Logs of this account only, in one statement for all log groups', () => {
    expect(permissions(stacks.direct)).toHaveLength(1);
    expect(resolved(permissions(stacks.direct)[0]?.[1].Properties, stacks.direct)).toMatchObject({
      Action: 'lambda:InvokeFunction',
      SourceArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*:*`,
      SourceAccount: ACCOUNT,
    });
  });

  it('nobody at all where a stream lies in between', () => {
    expect(permissions(stacks.kinesis)).toHaveLength(0);
  });
});

describe('the buffer', () => {
  const { kinesis } = stacks;

  it('is an encrypted on-demand stream', () => {
    expect(kinesis.ofType('AWS::Kinesis::Stream')[0]?.[1].Properties).toMatchObject({
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      StreamEncryption: { EncryptionType: 'KMS' },
    });
  });

  it('gives single records back, halves failing batches, gives up in the end, and keeps what it gave up on', () => {
    const mapping = kinesis.ofType('AWS::Lambda::EventSourceMapping')[0]?.[1].Properties;
    expect(mapping).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: 43_200,
      DestinationConfig: { OnFailure: { Destination: expect.anything() } },
    });
  });

  it('is written to by CloudWatch Logs of this account only', () => {
    const [entry] = kinesis.ofType('AWS::IAM::Role').filter(([id]) => id.includes('FromLogs'));
    const trust = JSON.stringify(resolved(entry?.[1].Properties['AssumeRolePolicyDocument'], kinesis));
    expect(trust).toContain('"aws:SourceAccount":"123456789012"');
    expect(trust).toContain('logs.amazonaws.com');
  });
});

describe('the order of deployment and deletion', () => {
  it.each(both)(
    'puts filters only after the permission, and takes them off after the schedule (%s)',
    (kind, stack) => {
      const [filters] = stack.ofType('Custom::GatewardenSubscriptions');
      const needed = [filters?.[1].DependsOn ?? []].flat().join(' ');
      expect(needed).toContain(kind === 'direct' ? 'InvokedByLogs' : 'FromLogs');
      expect(needed).toContain('SubscriberFunction');
      expect(needed).toContain('GoOn');
      const subscriber = stack.ofType('AWS::Lambda::Function').find(([id]) => id.includes('Subscriber'));
      expect([subscriber?.[1].DependsOn ?? []].flat().join(' ')).toContain('SubscriberRoleDefaultPolicy');
      const hourly = stack.ofType('AWS::Events::Rule').find(([id]) => id.includes('SubscribeHourly'));
      expect([hourly?.[1].DependsOn ?? []].flat()).toContain(filters?.[0]);
    },
  );
});

function wildcards(stack: Synthesized): readonly string[] {
  const roles = stack.ofType('AWS::IAM::Role').map(([id]) => id);
  const allowed = roles.flatMap((id) => statementsOf(id, stack)).filter(({ Effect }) => Effect === 'Allow');
  return allowed.flatMap(({ Resource }) => [Resource].flat()).filter((resource) => resource.includes('*'));
}
