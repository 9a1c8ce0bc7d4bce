import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { Effect, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { OWN_GROUP_TAG } from '../core/subscriptions/plan-subscription.js';
import type { CommonProps } from './common-props.js';
import { GatewardenFunction, OWN_LOG_PREFIX } from './gatewarden-function.js';
import type { LogSource } from './log-sources.js';
import { runOnSchedule } from './scheduled-function.js';
import type { SubscriptionTarget } from './subscription-target.js';
import { allowTables, tableEnvironment } from './table-environment.js';

export interface SubscribeProps extends CommonProps {
  readonly sources: readonly LogSource[];
  readonly target: SubscriptionTarget;
}

/** Puts a subscription filter on every log group that is to be watched, and takes them off again. */
export class Subscribe extends Construct {
  readonly fn: GatewardenFunction;
  /** On every watched log group; never anybody else's filter. */
  readonly filterName: string;

  constructor(scope: Construct, id: string, props: SubscribeProps) {
    super(scope, id);
    const { target, sources } = props;
    const stack = Stack.of(this);
    this.filterName = `gatewarden-${stack.stackName}`;
    this.fn = new GatewardenFunction(this, 'Subscriber', {
      folder: 'subscribe',
      description: 'keeps the subscription filters on the watched log groups',
      memoryMb: 256,
      timeout: Duration.minutes(15),
      environment: { ...tableEnvironment(props.data), GATEWARDEN_STACK: stack.stackName },
      logRetention: props.logRetention,
      failures: props.data.failures,
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
    });
    this.fn.function.addEnvironment('GATEWARDEN_OWN_LOG_GROUP_ARN', this.fn.logGroupArn);
    this.allowFilters(sources, target);
    allowTables(this.fn, props.data, {
      State: { actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'], leadingKeys: ['BUNDLE', 'BUNDLE#*'] },
    });
    const continues = this.allowToGoOn();

    const wanted = {
      FilterName: this.filterName,
      DestinationArn: target.destinationArn,
      ...(target.roleArn === undefined ? {} : { RoleArn: target.roleArn }),
      Names: sources.flatMap((source) => ('name' in source ? [source.name] : [])),
      Prefixes: sources.flatMap((source) => ('prefix' in source ? [source.prefix] : [])),
      OwnPrefixes: [OWN_LOG_PREFIX],
    };
    checkSize(wanted);
    const resource = new CustomResource(this, 'Filters', {
      serviceToken: this.fn.function.functionArn,
      resourceType: 'Custom::GatewardenSubscriptions',
      serviceTimeout: Duration.hours(1),
      properties: { ...wanted, Feeds: sources.flatMap((source) => feedOf(stack, source)) },
    });
    resource.node.addDependency(...target.ready, this.fn.function, continues);

    const hourly = runOnSchedule(this, 'Hourly', {
      description: 'subscribes log groups that are new',
      schedule: Schedule.cron({ minute: '37' }),
      fn: this.fn,
      event: RuleTargetInput.fromObject({ kind: 'hourly', subscription: wanted }),
    });
    // So that on deletion the schedule goes first, and nothing puts back what is being removed.
    hourly.node.addDependency(resource);
  }

  private allowFilters(sources: readonly LogSource[], target: SubscriptionTarget): void {
    const { fn } = this;
    const { partition, region, account } = Stack.of(this);
    const groupArn = (pattern: string) => `arn:${partition}:logs:${region}:${account}:log-group:${pattern}`;
    const watched = sources.flatMap((source) =>
      'name' in source
        ? [groupArn(source.name), groupArn(`${source.name}:*`)]
        : [groupArn(`${source.prefix}*`)],
    );
    const asDeployed = 'The log groups to watch, as given by name or prefix by whoever deploys this.';
    fn.allow('PutFilters', ['logs:PutSubscriptionFilter'], watched, { wildcard: asDeployed });
    fn.allow('ReadTags', ['logs:ListTagsForResource'], [...watched, fn.logGroupArn]);
    fn.allow('MarkInForce', ['logs:TagResource'], [fn.logGroupArn]);
    fn.allow('ListGroups', ['logs:DescribeLogGroups'], ['*'], {
      wildcard: 'logs:DescribeLogGroups has no resource to restrict it to; it lists names and reads no log.',
    });
    const anyGroup = groupArn('*');
    fn.allow(
      'RemoveFilters',
      ['logs:DescribeSubscriptionFilters', 'logs:DeleteSubscriptionFilter'],
      [anyGroup],
      {
        wildcard:
          'Removing our filters must still work on groups that the stack no longer selects. The function deletes a filter only when both its name and its destination are ours; putting filters is restricted to the selected groups.',
      },
    );
    fn.function.addToRolePolicy(
      new PolicyStatement({
        sid: 'NeverFeedOurselves',
        effect: Effect.DENY,
        actions: ['logs:PutSubscriptionFilter'],
        resources: [anyGroup],
        conditions: { Null: { [`aws:ResourceTag/${OWN_GROUP_TAG}`]: 'false' } },
      }),
    );
    if (target.roleArn !== undefined) {
      fn.allow('PassRoleToLogs', ['iam:PassRole'], [target.roleArn], {
        conditions: { StringEquals: { 'iam:PassedToService': 'logs.amazonaws.com' } },
      });
    }
  }

  /** A policy apart from the role's own: the function waits for that one, and this one names the function. */
  private allowToGoOn(): Policy {
    const { functionArn, role } = this.fn.function;
    return new Policy(this, 'GoOn', {
      ...(role === undefined ? {} : { roles: [role] }),
      statements: [
        new PolicyStatement({
          sid: 'GoOnInAnotherInvocation',
          effect: Effect.ALLOW,
          actions: ['lambda:InvokeFunction'],
          resources: [functionArn],
        }),
      ],
    });
  }
}

/** As `lambdas/subscribe/request.ts` reads it; CloudFormation drops what is undefined. */
function feedOf(stack: Stack, source: LogSource): readonly object[] {
  if (!('name' in source) || source.feed === undefined) return [];
  const { format, apiId, stage, apiType, endpointType, region = stack.region } = source.feed;
  const known = { Format: format, ApiId: apiId, Stage: stage, ApiType: apiType, EndpointType: endpointType };
  return [{ Feed: source.name, AccountId: stack.account, Region: region, ...known }];
}

/** A rule's constant input ends at 8,192 characters; the hourly run gets the selection from there. */
function checkSize(wanted: object): void {
  const size = JSON.stringify(wanted).length;
  if (size <= 7_500) return;
  throw new RangeError(`the log groups take ${size} characters of 7,500: use prefixes instead of names`);
}
