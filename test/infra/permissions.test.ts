import { describe, expect, it } from 'vitest';
import { type Attempt, decide, functionWith } from './function-policies.js';
import { arnOf, resolved } from './resolved.js';
import { ACCOUNT, REGION, synthesize } from './synthesized.js';

const direct = synthesize();
const kinesis = synthesize({ kind: 'kinesis' });
const stacks = { direct, kinesis };

function only(type: string, part: string, stack = direct): string {
  const [entry] = stack.ofType(type).filter(([id]) => id.includes(part));
  if (entry === undefined) throw new Error(`no ${type} with ${part}`);
  return arnOf(...entry);
}

const table = (name: string) => only('AWS::DynamoDB::Table', name);
const index = (name: string, of: string) => `${table(of)}/index/${name}`;
const key = only('AWS::KMS::Key', 'Key');
const bucket = only('AWS::S3::Bucket', 'Failures');
const [keyEntry] = direct.ofType('AWS::KMS::Key');
/** Without its own policy trusting the account, a key is open to nobody, whatever a role says. */
const keyPolicy = resolved(keyEntry?.[1].Properties['KeyPolicy'], direct);
const policyOn = (resource: string) => (resource === key ? keyPolicy : undefined);
const via = (service: string) => ({ 'kms:ViaService': `${service}.${REGION}.amazonaws.com` });
const group = (name: string) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`;
const inOurAccount = { 's3:ResourceAccount': ACCOUNT };
const items = (name: string, ...actions: string[]): Attempt[] =>
  actions.map((action) => ({ action: `dynamodb:${action}`, resource: table(name) }));

/** What Lambda itself does in the role's name, for every function. */
const COMMON: readonly Attempt[] = [
  { action: 's3:PutObject', resource: `${bucket}/aws/lambda/async/x/2026/11/23/y`, context: inOurAccount },
  { action: 's3:ListBucket', resource: bucket, context: inOurAccount },
  { action: 'kms:GenerateDataKey', resource: key, context: via('s3') },
];

/** What an event source mapping does on a stream in the role's name (Lambda's guide, Kinesis), enhanced fan-out aside. */
const STREAM_READS = [
  'DescribeStream',
  'DescribeStreamSummary',
  'GetRecords',
  'GetShardIterator',
  'ListShards',
];

/** The calls each function's code makes: the stores it uses, the publishers it wires, the control plane it drives. */
const CALLS: Readonly<Record<string, { stack: keyof typeof stacks; attempts: readonly Attempt[] }>> = {
  'decodes access logs': {
    stack: 'direct',
    attempts: [
      ...items('Trail', 'PutItem', 'BatchWriteItem'),
      ...items('State', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      { action: 'dynamodb:Query', resource: index('listed', 'State') },
      ...items('Findings', 'GetItem', 'UpdateItem'),
      ...items('Inventory', 'GetItem', 'PutItem', 'UpdateItem'),
      { action: 'kms:Decrypt', resource: key, context: via('dynamodb') },
    ],
  },
  'judges the minutes': {
    stack: 'direct',
    attempts: [
      ...items('Trail', 'GetItem', 'Query', 'BatchWriteItem'),
      ...items('State', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      { action: 'dynamodb:Query', resource: index('listed', 'State') },
      ...items('Findings', 'GetItem', 'UpdateItem'),
    ],
  },
  'judges changes to the APIs': {
    stack: 'direct',
    attempts: [
      ...['LOG#2026-11-26#3', 'EVIDENCE#0123456789abcdef'].flatMap((leading) =>
        items('Trail', 'PutItem', 'BatchWriteItem').map((attempt) => ({
          ...attempt,
          context: { 'dynamodb:LeadingKeys': [leading] },
        })),
      ),
      ...items('State', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      { action: 'dynamodb:Query', resource: index('listed', 'State') },
      ...items('Findings', 'GetItem', 'UpdateItem'),
    ],
  },
  'announces alerts': {
    stack: 'direct',
    attempts: [
      ...items('Findings', 'UpdateItem'),
      { action: 'dynamodb:Query', resource: index('announce', 'Findings') },
      { action: 'dynamodb:Query', resource: index('listed', 'Inventory') },
      { action: 'sns:Publish', resource: only('AWS::SNS::Topic', 'Alerts') },
      { action: 'kms:GenerateDataKey', resource: key, context: via('sns') },
      {
        action: 'events:PutEvents',
        resource: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
        context: { 'events:source': ['gatewarden'] },
      },
    ],
  },
  'folds counts': {
    stack: 'direct',
    attempts: [
      ...items('Trail', 'GetItem', 'Query'),
      ...items('State', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
      ...items('Inventory', 'Query', 'PutItem'),
      { action: 'dynamodb:Query', resource: index('listed', 'Inventory') },
      { action: 'dynamodb:Query', resource: index('by-status', 'Findings') },
      ...items('Trail', 'PutItem').map((attempt) => ({
        ...attempt,
        context: { 'dynamodb:LeadingKeys': ['LOG#2026-11-26#3'] },
      })),
    ],
  },
  'compiles rules and settings': {
    stack: 'direct',
    attempts: [
      ...['rules', 'settings'].map((path) => ({
        action: 'ssm:GetParametersByPath',
        resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/gatewarden/${path}`,
      })),
      ...['BUNDLE', 'BUNDLE#1', 'LIFECYCLE#RULES', 'CURSOR#1'].flatMap((leading) =>
        items('State', 'GetItem', 'Query', 'PutItem', 'UpdateItem').map((attempt) => ({
          ...attempt,
          context: { 'dynamodb:LeadingKeys': [leading] },
        })),
      ),
      ...items('Findings', 'PutItem').map((attempt) => ({
        ...attempt,
        context: { 'dynamodb:LeadingKeys': ['FINDING#1'] },
      })),
      { action: 'dynamodb:Query', resource: index('by-status', 'Findings') },
      ...items('Trail', 'PutItem').map((attempt) => ({
        ...attempt,
        context: { 'dynamodb:LeadingKeys': ['LOG#2026-11-26#3'] },
      })),
      { action: 's3:PutObject', resource: `${bucket}/guard/bundle.json`, context: inOurAccount },
    ],
  },
  'keeps the subscription filters': {
    stack: 'kinesis',
    attempts: [
      ...['GetItem', 'Query', 'PutItem', 'UpdateItem'].map((action) => ({
        action: `dynamodb:${action}`,
        resource: table('State'),
        context: { 'dynamodb:LeadingKeys': ['BUNDLE'] },
      })),
      { action: 'logs:DescribeLogGroups', resource: '*' },
      { action: 'logs:DescribeSubscriptionFilters', resource: group('/formerly/watched') },
      { action: 'logs:DeleteSubscriptionFilter', resource: group('/formerly/watched') },
      { action: 'logs:PutSubscriptionFilter', resource: group('/aws/vendedlogs/apigateway/orders') },
      { action: 'logs:PutSubscriptionFilter', resource: group('/legacy/orders') },
      { action: 'logs:ListTagsForResource', resource: group('/legacy/orders') },
      {
        action: 'iam:PassRole',
        resource: only('AWS::IAM::Role', 'FromLogs', kinesis),
        context: { 'iam:PassedToService': 'logs.amazonaws.com' },
      },
      {
        action: 'lambda:InvokeFunction',
        resource: only('AWS::Lambda::Function', 'Subscriber', kinesis),
      },
    ],
  },
};

describe.each(Object.entries(CALLS))('the function that %s', (words, { stack, attempts }) => {
  const fn = functionWith(words, stacks[stack]);

  it.each([...COMMON, ...attempts])('may $action on $resource', async (attempt) => {
    expect(await decide(fn.roleId, fn.statements, attempt, policyOn(attempt.resource))).toBe('Allowed');
  });

  const foreign = [
    { action: 'dynamodb:DeleteItem', resource: table('Trail') },
    { action: 'dynamodb:DeleteItem', resource: table('State') },
    { action: 'dynamodb:DeleteTable', resource: table('Trail') },
    { action: 'dynamodb:PutResourcePolicy', resource: table('Trail') },
    { action: 'dynamodb:DeleteResourcePolicy', resource: table('Trail') },
    { action: 'dynamodb:UpdateItem', resource: table('Trail') },
    { action: 'dynamodb:Scan', resource: table('Findings') },
    { action: 's3:GetObject', resource: `${bucket}/aws/lambda/async/x`, context: inOurAccount },
    { action: 's3:DeleteObject', resource: `${bucket}/aws/lambda/async/x`, context: inOurAccount },
    {
      action: 's3:PutObject',
      resource: `${bucket}/aws/lambda/async/x`,
      context: { 's3:ResourceAccount': '999999999999' },
    },
    { action: 'kms:Decrypt', resource: key, context: via('secretsmanager') },
    { action: 'kms:ScheduleKeyDeletion', resource: key },
    {
      action: 'iam:PassRole',
      resource: `arn:aws:iam::${ACCOUNT}:role/admin`,
      context: { 'iam:PassedToService': 'logs.amazonaws.com' },
    },
    { action: 'lambda:UpdateFunctionCode', resource: only('AWS::Lambda::Function', 'Collector') },
    { action: 'logs:DeleteLogGroup', resource: group('/legacy/orders') },
    { action: 'logs:GetLogEvents', resource: `${group('/legacy/orders')}:log-stream:x` },
    { action: 'logs:PutSubscriptionFilter', resource: group('/somebody/elses') },
    { action: 'ssm:GetParameter', resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/x` },
  ];

  it.each(foreign)('may not $action on $resource', async (attempt) => {
    const decision = await decide(fn.roleId, fn.statements, attempt, policyOn(attempt.resource));
    expect(decision).not.toBe('Allowed');
  });
});

describe('only the function whose work it is', () => {
  const collector = functionWith('decodes access logs', direct);
  const buffered = functionWith('decodes access logs', kinesis);
  const subscriber = functionWith('keeps the subscription filters', direct);

  it('reads the stream, and only where there is one', async () => {
    const stream = only('AWS::Kinesis::Stream', 'Stream', kinesis);
    for (const action of STREAM_READS) {
      const attempt = { action: `kinesis:${action}`, resource: stream };
      expect(await decide(buffered.roleId, buffered.statements, attempt)).toBe('Allowed');
      expect(await decide(collector.roleId, collector.statements, attempt)).not.toBe('Allowed');
    }
  });

  it('puts filters, and none on a log group that Gatewarden writes itself', async () => {
    const attempt = { action: 'logs:PutSubscriptionFilter', resource: group('/aws/vendedlogs/apigateway/x') };
    expect(await decide(collector.roleId, collector.statements, attempt)).not.toBe('Allowed');
    const own = { ...attempt, context: { 'aws:ResourceTag/gatewarden:own-log': 'ingest' } };
    expect(await decide(subscriber.roleId, subscriber.statements, own)).toBe('ExplicitlyDenied');
  });

  it('may not touch windows or cursors, though they lie in the same table as the bundle', async () => {
    const contexts: readonly Record<string, string[]>[] = [{ 'dynamodb:LeadingKeys': ['WINDOW#1'] }, {}];
    for (const context of contexts) {
      const attempt = { action: 'dynamodb:PutItem', resource: table('State'), context };
      expect(await decide(subscriber.roleId, subscriber.statements, attempt)).not.toBe('Allowed');
    }
  });

  it('writes to the trail: what folds and what announces may not', async () => {
    for (const words of ['folds counts', 'announces alerts', 'keeps the subscription filters']) {
      const { roleId, statements } = functionWith(words, direct);
      for (const attempt of items('Trail', 'PutItem', 'BatchWriteItem')) {
        expect(await decide(roleId, statements, attempt)).not.toBe('Allowed');
      }
    }
  });

  it('reads the configuration, and nothing else in Parameter Store; nobody writes there', async () => {
    const compiler = functionWith('compiles rules and settings', direct);
    const parameter = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`;
    const attempts = [
      [collector, 'ssm:GetParametersByPath', '/gatewarden/rules'],
      [compiler, 'ssm:GetParametersByPath', '/gatewarden'],
      [compiler, 'ssm:GetParametersByPath', '/somebody/elses'],
      [compiler, 'ssm:PutParameter', '/gatewarden/rules/x'],
      [compiler, 'ssm:DeleteParameter', '/gatewarden/rules/x'],
    ] as const;
    for (const [fn, action, name] of attempts) {
      const attempt = { action, resource: parameter(name) };
      expect(await decide(fn.roleId, fn.statements, attempt)).not.toBe('Allowed');
    }
  });

  it('compiles, and may write neither alerts nor evidence nor windows', async () => {
    const compiler = functionWith('compiles rules and settings', direct);
    for (const [name, leading] of [
      ['Findings', 'ALERT#1'],
      ['Trail', 'EVIDENCE#1'],
      ['Trail', 'SEG#1'],
      ['State', 'WINDOW#1'],
      ['State', 'SECRET#1'],
    ] as const) {
      const attempt = {
        action: 'dynamodb:PutItem',
        resource: table(name),
        context: { 'dynamodb:LeadingKeys': [leading] },
      };
      expect(await decide(compiler.roleId, compiler.statements, attempt)).not.toBe('Allowed');
    }
  });

  it('marks no log group but its own', async () => {
    const attempt = { action: 'logs:TagResource', resource: group('/legacy/orders') };
    expect(await decide(subscriber.roleId, subscriber.statements, attempt)).not.toBe('Allowed');
  });
});

describe('the policy of the trail', () => {
  const [entry] = direct.ofType('AWS::DynamoDB::Table').filter(([id]) => id.includes('Trail'));
  const attached = resolved(entry?.[1].Properties['ResourcePolicy'], direct) as { PolicyDocument: unknown };
  const administrator = [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }];
  const asAdministrator = (action: string, context: Attempt['context'] = {}) =>
    decide(
      'admin',
      administrator,
      { action: `dynamodb:${action}`, resource: table('Trail'), context },
      attached.PolicyDocument,
    );

  it.each(['DeleteItem', 'PartiQLDelete', 'PartiQLUpdate', 'PartiQLInsert'])(
    'lets nobody %s, not even an administrator',
    async (action) => {
      expect(await asAdministrator(action)).toBe('ExplicitlyDenied');
    },
  );

  it('lets an update change the expiry and nothing else', async () => {
    expect(await asAdministrator('UpdateItem', { 'dynamodb:Attributes': ['pk', 'sk', 'expires'] })).toBe(
      'Allowed',
    );
    expect(await asAdministrator('UpdateItem', { 'dynamodb:Attributes': ['pk', 'sk', 'body'] })).toBe(
      'ExplicitlyDenied',
    );
  });

  it('lets a batch, which might delete, touch evidence only', async () => {
    expect(await asAdministrator('BatchWriteItem', { 'dynamodb:LeadingKeys': ['EVIDENCE#1'] })).toBe(
      'Allowed',
    );
    const mixed = ['EVIDENCE#1', 'SEG#api#prod#2026-11-23T16#0'];
    expect(await asAdministrator('BatchWriteItem', { 'dynamodb:LeadingKeys': mixed })).toBe(
      'ExplicitlyDenied',
    );
  });

  it('lets writers add and readers read', async () => {
    for (const action of ['PutItem', 'GetItem', 'Query'])
      expect(await asAdministrator(action)).toBe('Allowed');
  });
});
