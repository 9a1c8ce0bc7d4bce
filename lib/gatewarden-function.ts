import { ArnFormat, type Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { OWN_GROUP_TAG } from '../core/subscriptions/plan-subscription.js';
import { acknowledge, wildcardFinding } from './acknowledge.js';
import { type FunctionFolder, functionCode } from './function-code.js';

export interface GatewardenFunctionProps {
  readonly folder: FunctionFolder;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  /** Receives, whole, the events that the function could not deal with after all attempts. */
  readonly failures: IBucket;
  /** Attempts after the first, 0 to 2. */
  readonly retryAttempts: number;
  readonly maxEventAge: Duration;
}

export interface Terms {
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why the wildcards in the resources are no wider than they must be. */
  readonly wildcard?: string;
}

/** Groups under this prefix are written by Gatewarden itself; `subscribe` never subscribes them. */
export const OWN_LOG_PREFIX = '/gatewarden/';

/**
 * A function as all of ours are: Node 24 on arm64, one bundle, a log group of its own with an end to it, a role that
 * may write to that group and nothing else, and a place for events that failed.
 */
export class GatewardenFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  /** ARN of the log group without the trailing `:*`. */
  readonly logGroupArn: string;

  constructor(scope: Construct, id: string, props: GatewardenFunctionProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const logGroupName = `${OWN_LOG_PREFIX}${stack.stackName}/${this.node.addr.slice(0, 8)}/${props.folder}`;
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Seen by every Gatewarden in the account, also where another one watches a wider prefix.
    Tags.of(this.logGroup).add(OWN_GROUP_TAG, props.folder);
    this.logGroupArn = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });

    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Gatewarden: ${props.description}`,
    });
    this.function = new LambdaFunction(this, 'Function', {
      description: `Gatewarden: ${props.description}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: functionCode(props.folder),
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.TEXT,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      onFailure: { bind: () => ({ destination: props.failures.bucketArn }) },
      retryAttempts: props.retryAttempts,
      maxEventAge: props.maxEventAge,
    });
    this.allow('WriteOwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [this.logGroup.logGroupArn]);
    this.allowFailures(props.failures);
  }

  /** Allows exactly these actions on exactly these resources. A resource with a wildcard needs a reason for it. */
  allow(sid: string, actions: readonly string[], resources: readonly string[], terms: Terms = {}): void {
    const { conditions, wildcard } = terms;
    this.function.addToRolePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.ALLOW,
        actions: [...actions],
        resources: [...resources],
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
    if (wildcard === undefined) return;
    for (const resource of resources) acknowledge(this, { [wildcardFinding(this, resource)]: wildcard });
  }

  /** The CDK's own `S3Destination` would also grant reading and deleting; Lambda needs to write one object. */
  private allowFailures(bucket: IBucket): void {
    const { account, region } = Stack.of(this);
    // A bucket of the same name in a stranger's account must not receive our callers' data.
    const conditions = { StringEquals: { 's3:ResourceAccount': account } };
    // Written as an import where the bucket is in another stack, so that the finding's id is known here already.
    const home = Stack.of(bucket);
    const bucketArn = home === Stack.of(this) ? bucket.bucketArn : home.exportValue(bucket.bucketArn);
    this.allow('WriteFailures', ['s3:PutObject'], [`${bucketArn}/aws/lambda/*`], {
      conditions,
      wildcard: 'The Lambda service chooses the object name (function, date, random id) below this prefix.',
    });
    this.allow('FindFailureBucket', ['s3:ListBucket'], [bucketArn], { conditions });
    if (bucket.encryptionKey === undefined) return;
    this.allow('EncryptFailures', ['kms:GenerateDataKey', 'kms:Decrypt'], [bucket.encryptionKey.keyArn], {
      conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    });
  }
}
