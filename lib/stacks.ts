import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { GatewardenData } from './data.js';
import { Gatewarden, type GatewardenProps } from './gatewarden.js';

/** What must be kept: deploy it once; deleting it keeps tables, key and bucket. */
export class GatewardenDataStack extends Stack {
  readonly data: GatewardenData;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, {
      description: 'Gatewarden: tables, key and failure bucket',
      terminationProtection: true,
      ...props,
    });
    this.data = new GatewardenData(this, 'Data');
  }
}

export interface GatewardenStackProps extends StackProps {
  readonly gatewarden: GatewardenProps;
}

/** What may come and go: functions, subscriptions, topics and alarms. */
export class GatewardenStack extends Stack {
  readonly gatewarden: Gatewarden;

  constructor(scope: Construct, id: string, { gatewarden, ...props }: GatewardenStackProps) {
    super(scope, id, { description: 'Gatewarden: API security for API Gateway', ...props });
    this.gatewarden = new Gatewarden(this, 'Gatewarden', gatewarden);
    new CfnOutput(this, 'AlertsTopic', { value: this.gatewarden.alerts.topicArn });
    new CfnOutput(this, 'OperationsTopic', { value: this.gatewarden.operations.topicArn });
    new CfnOutput(this, 'Collector', { value: this.gatewarden.collector.functionName });
    new CfnOutput(this, 'FailureBucket', { value: this.gatewarden.data.failures.bucketName });
    new CfnOutput(this, 'StateTable', { value: this.gatewarden.data.tables.State.tableName });
  }
}
