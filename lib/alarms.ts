import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../adapters/observability/json-telemetry.js';
import type { GatewardenData } from './data.js';
import type { GatewardenFunction } from './gatewarden-function.js';
import type { Ingest } from './ingest.js';
import type { Subscribe } from './subscribe.js';

export interface AlarmsProps {
  readonly data: GatewardenData;
  readonly ingest: Ingest;
  readonly subscribe: Subscribe;
  /** Every function, by the name its alarms bear. */
  readonly functions: Readonly<Record<string, GatewardenFunction>>;
}

/** Says when Gatewarden itself is not well: monitoring that fails in silence is worse than none. */
export class Alarms extends Construct {
  /** Subscribe the operators here. */
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Operations', {
      displayName: 'Gatewarden operations',
      masterKey: props.data.key,
      enforceSSL: true,
    });
    for (const [name, fn] of Object.entries(props.functions)) this.watchFunction(name, fn);
    this.watchDelivery(props);
    this.watchSubscriptions(props.subscribe);
    this.add(
      'ManagementEventsMalformed',
      'events of CloudTrail could not be read, and no rule has seen them',
      new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: 'MalformedManagementEvents',
        statistic: 'Sum',
        period: FIVE_MINUTES,
      }),
      0,
    );
    this.watchConfiguration();
  }

  private watchFunction(name: string, { function: fn }: GatewardenFunction): void {
    const lambdaMetric = (metricName: string) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { FunctionName: fn.functionName },
        statistic: 'Sum',
        period: FIVE_MINUTES,
      });
    this.add(`${name}Errors`, `${name} fails`, lambdaMetric('Errors'), 0);
    this.add(
      `${name}Throttles`,
      `${name} is throttled: the account's concurrency is used up`,
      lambdaMetric('Throttles'),
      0,
    );
    this.add(
      `${name}Dropped`,
      `events for ${name} were dropped; they lie in the failure bucket`,
      lambdaMetric('AsyncEventsDropped'),
      0,
    );
    this.add(
      `${name}Undelivered`,
      `events for ${name} were lost: not even the failure bucket took them`,
      lambdaMetric('DestinationDeliveryFailures'),
      0,
    );
  }

  private watchDelivery({ ingest, subscribe }: AlarmsProps): void {
    const { functionName } = ingest.fn.function;
    const dimensionsMap = { FunctionName: functionName };
    const age = { namespace: 'AWS/Lambda', statistic: 'Maximum', period: FIVE_MINUTES, dimensionsMap };
    const [metricName, meaning] =
      ingest.buffer === undefined
        ? ['AsyncEventAge', 'log events wait longer than five minutes for the collector']
        : ['IteratorAge', 'the collector is more than five minutes behind the buffer'];
    this.add('IngestAge', meaning, new Metric({ ...age, metricName }), 300_000);
    // A query over all watched groups: CloudWatch keeps this metric for each log group on its own.
    const errors = new MathExpression({
      expression: `SELECT SUM(DeliveryErrors) FROM "AWS/Logs" WHERE FilterName = '${subscribe.filterName}'`,
      usingMetrics: {},
      period: FIVE_MINUTES,
      label: 'DeliveryErrors',
    });
    this.add(
      'DeliveryErrors',
      'CloudWatch Logs could not deliver; it may skip up to ten minutes of logs',
      errors,
      0,
    );
  }

  private watchSubscriptions({ filterName }: Subscribe): void {
    const stackName = filterName.replace(/^gatewarden-/, '');
    const own = (metricName: string) =>
      new Metric({
        namespace: METRICS_NAMESPACE,
        metricName,
        dimensionsMap: { Stack: stackName },
        statistic: 'Maximum',
        period: Duration.hours(1),
      });
    this.add(
      'GroupsFailed',
      "log groups could not be subscribed; the subscriber's log names them",
      own('GroupsFailed'),
      0,
    );
    this.add(
      'GroupsUnsubscribable',
      'log groups cannot be watched: no free filter slot, or a class without subscriptions',
      own('GroupsUnsubscribable'),
      0,
    );
    this.add(
      'GroupsUnfinished',
      'an hour does not suffice to look at every log group',
      own('GroupsUnfinished'),
      0,
    );
  }

  /** Rules and settings of one's own: what is broken stays as it last was, so nothing else would tell. */
  private watchConfiguration(): void {
    const broken = new Metric({
      namespace: METRICS_NAMESPACE,
      metricName: 'ConfigurationProblems',
      statistic: 'Maximum',
      // Twice the compiler's schedule: a run that comes late leaves no gap.
      period: Duration.minutes(10),
    });
    this.add(
      'ConfigurationProblems',
      "rules or settings in Parameter Store are broken; findings and the compiler's log name them",
      broken,
      0,
    );
  }

  private add(id: string, meaning: string, metric: IMetric, above: number): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `Gatewarden: ${meaning}`,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // Nothing happened is nothing wrong: these metrics exist only while there is something to count.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

const FIVE_MINUTES = Duration.minutes(5);
