import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  type IndexSchema,
  PARTITION_KEY,
  SORT_KEY,
  TABLE_SCHEMAS,
  TABLES,
  type TableName,
  TTL_ATTRIBUTE,
} from '../adapters/dynamodb/table-schema.js';
import { acknowledge } from './acknowledge.js';
import { trailPolicy } from './trail-policy.js';

/**
 * Everything that must outlive a mistake: the key, the four tables, and the bucket for payloads that could not be
 * processed and for the guard's bundle. All of it is kept when the stack is deleted.
 */
export class GatewardenData extends Construct {
  /** Encrypts tables, failure bucket, topics and stream; rotates every year. */
  readonly key: Key;
  readonly tables: Readonly<Record<TableName, Table>>;
  readonly failures: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Gatewarden: tables, failed payloads, alert topics',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    allowAlarms(this.key);
    const createTable = (name: TableName) => this.createTable(name);
    this.tables = Object.fromEntries(TABLES.map((name) => [name, createTable(name)])) as Record<
      TableName,
      Table
    >;
    this.failures = this.createFailureBucket();
  }

  private createTable(name: TableName): Table {
    const table = new Table(this, name, {
      partitionKey: { name: PARTITION_KEY, type: AttributeType.STRING },
      sortKey: { name: SORT_KEY, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: TTL_ATTRIBUTE,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(name === 'Trail' ? { resourcePolicy: trailPolicy() } : {}),
    });
    for (const index of TABLE_SCHEMAS[name].indexes) table.addGlobalSecondaryIndex(toIndex(index));
    return table;
  }

  private createFailureBucket(): Bucket {
    const bucket = new Bucket(this, 'Failures', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          // Not the guard's bundle, which lies in the same bucket and must stay.
          prefix: 'aws/',
          // Long enough to replay after a holiday; the raw payloads hold callers' addresses, so not for ever.
          expiration: Duration.days(90),
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'The bucket holds only payloads that a function failed to process, written by the Lambda service; a log bucket would cost more than it holds. Whoever wants to know each read turns on CloudTrail data events for it.',
    });
    return bucket;
  }
}

function toIndex(index: IndexSchema) {
  return {
    indexName: index.name,
    partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
    sortKey: { name: index.sortKey, type: AttributeType.STRING },
    projectionType: index.projection === 'ALL' ? ProjectionType.ALL : ProjectionType.KEYS_ONLY,
  };
}

/** CloudWatch publishes alarms to an encrypted topic only when the key lets it. */
function allowAlarms(key: Key): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsToEncryptedTopic',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(key).account } },
    }),
  );
}
