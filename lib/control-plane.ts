import { Duration } from 'aws-cdk-lib';
import { type CfnRule, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { CommonProps } from './common-props.js';
import { GatewardenFunction } from './gatewarden-function.js';
import { allowTables, tableEnvironment } from './table-environment.js';

export interface ControlPlaneProps extends CommonProps {
  /** Where rules and settings lie in Parameter Store: changes below it are judged. */
  readonly parameterPrefix: string;
}

/**
 * Judges changes to the APIs themselves, and to what watches them: management events that CloudTrail puts on the default bus. It
 * does so in accounts that have a trail which logs management events; without one the rules never match, and nothing here costs anything.
 */
export class ControlPlane extends Construct {
  readonly fn: GatewardenFunction;

  constructor(scope: Construct, id: string, { data, logRetention, parameterPrefix }: ControlPlaneProps) {
    super(scope, id);
    this.fn = new GatewardenFunction(this, 'Watcher', {
      folder: 'control-plane',
      description: 'judges changes to the APIs',
      memoryMb: 512,
      timeout: Duration.minutes(1),
      environment: tableEnvironment(data),
      logRetention,
      failures: data.failures,
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    allowTables(this.fn, data, {
      Trail: { actions: ['PutItem', 'BatchWriteItem'], leadingKeys: ['LOG#*', 'EVIDENCE#*'] },
      State: {
        actions: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
        indexes: ['listed'],
      },
      Findings: { actions: ['GetItem', 'UpdateItem'] },
    });
    this.runOn('Changes', 'judges changes to the APIs', { $or: changes(parameterPrefix) });
    const reads = this.runOn('KeyReads', 'judges who reads the values of API keys', {
      eventSource: ['apigateway.amazonaws.com'],
      eventName: ['GetApiKey', 'GetApiKeys'],
    });
    // In the usual state the bus carries no events that only read.
    (reads.node.defaultChild as CfnRule).state = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  }

  private runOn(id: string, description: string, detail: NonNullable<EventPattern['detail']>): Rule {
    return new Rule(this, id, {
      description: `Gatewarden: ${description}`,
      eventPattern: { detailType: ['AWS API Call via CloudTrail'], detail },
      // Events of CloudTrail come once: whoever cannot take one now gets it as long as the function would keep it.
      targets: [new LambdaFunction(this.fn.function, { maxEventAge: Duration.hours(6) })],
    });
  }
}

const starting = (...prefixes: string[]) => prefixes.map((prefix) => ({ prefix }));

/** Refused attempts too (`errorCode`): rules decide. Names of Lambda's events end in a version, so their beginnings are matched. */
function changes(parameterPrefix: string): readonly Readonly<Record<string, unknown>>[] {
  const below = [{ prefix: `${parameterPrefix}/` }];
  return [
    { eventSource: ['apigateway.amazonaws.com', 'appsync.amazonaws.com'] },
    {
      eventSource: ['lambda.amazonaws.com'],
      eventName: starting(
        'AddPermission',
        'CreateFunctionUrlConfig',
        'DeleteFunctionUrlConfig',
        'RemovePermission',
        'UpdateFunctionUrlConfig',
      ),
    },
    { eventSource: ['wafv2.amazonaws.com'], eventName: ['AssociateWebACL', 'DisassociateWebACL'] },
    {
      eventSource: ['logs.amazonaws.com'],
      eventName: [
        'DeleteLogGroup',
        'DeleteSubscriptionFilter',
        'PutRetentionPolicy',
        'PutSubscriptionFilter',
      ],
    },
    {
      eventSource: ['ssm.amazonaws.com'],
      eventName: ['DeleteParameter', 'PutParameter'],
      requestParameters: { name: below },
    },
    {
      eventSource: ['ssm.amazonaws.com'],
      eventName: ['DeleteParameters'],
      requestParameters: { names: below },
    },
  ];
}
