import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Alarms } from './alarms.js';
import type { BufferProps } from './buffer.js';
import { Compile } from './compile.js';
import { ControlPlane } from './control-plane.js';
import { GatewardenData } from './data.js';
import { Ingest } from './ingest.js';
import { Learn } from './learn.js';
import type { LogSource } from './log-sources.js';
import { Minutes } from './minutes.js';
import { nameParts } from './name-parts.js';
import { Notify } from './notify.js';
import { Subscribe } from './subscribe.js';

export interface GatewardenProps {
  /** The log groups to watch: at least one name or prefix. */
  readonly logGroups: readonly LogSource[];
  /** Tables, key and failure bucket; give them from a stack of their own so that this one can come and go. */
  readonly data?: GatewardenData;
  /** Default `{ kind: 'direct' }`. */
  readonly buffering?: BufferProps;
  /** Alerts are put here too; default: the account's default bus. */
  readonly eventBus?: IEventBus;
  /** Where rules and settings lie in Parameter Store; default `/gatewarden`. */
  readonly parameterPrefix?: string;
  /** Of our own functions' logs; default one month. */
  readonly logRetention?: RetentionDays;
}

/**
 * API security for API Gateway, in your own app:
 *
 * ```ts
 * new Gatewarden(stack, 'Gatewarden', { logGroups: [{ prefix: '/aws/vendedlogs/apigateway/' }] });
 * ```
 *
 * Watches the log groups, keeps inventory and trail, evaluates rules, and announces alerts on `alerts`.
 */
export class Gatewarden extends Construct {
  readonly data: GatewardenData;
  /** Alerts, for people and tools to subscribe to. */
  readonly alerts: ITopic;
  /** Alarms about Gatewarden itself. */
  readonly operations: ITopic;
  /** The function that takes the payloads. */
  readonly collector: IFunction;

  constructor(scope: Construct, id: string, props: GatewardenProps) {
    super(scope, id);
    if (props.logGroups.length === 0)
      throw new RangeError('logGroups is empty: give at least one name or prefix');
    this.data = props.data ?? new GatewardenData(this, 'Data');
    const common = { data: this.data, logRetention: props.logRetention ?? RetentionDays.ONE_MONTH };
    const ingest = new Ingest(this, 'Ingest', {
      ...common,
      buffering: props.buffering ?? { kind: 'direct' },
    });
    const notify = new Notify(this, 'Notify', { ...common, eventBus: props.eventBus });
    const learn = new Learn(this, 'Learn', common);
    const parameterPrefix = props.parameterPrefix ?? '/gatewarden';
    const compile = new Compile(this, 'Compile', { ...common, parameterPrefix });
    const controlPlane = new ControlPlane(this, 'ControlPlane', { ...common, parameterPrefix });
    const minutes = new Minutes(this, 'Minutes', common);
    const subscribe = new Subscribe(this, 'Subscribe', {
      ...common,
      sources: props.logGroups,
      target: ingest.target,
    });
    const alarms = new Alarms(this, 'Alarms', {
      data: this.data,
      ingest,
      subscribe,
      functions: {
        Ingest: ingest.fn,
        Notify: notify.fn,
        Learn: learn.fn,
        Compile: compile.fn,
        ControlPlane: controlPlane.fn,
        Minutes: minutes.fn,
        Subscribe: subscribe.fn,
      },
    });
    this.alerts = notify.alerts;
    this.collector = ingest.fn.function;
    this.operations = alarms.topic;
    nameParts(this, { collector: this.collector, data: this.data, parameterPrefix });
  }
}
