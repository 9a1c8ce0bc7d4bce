import { Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { type StackNames, stackParameterName } from '../adapters/aws/stack-parameter.js';
import type { GatewardenData } from './data.js';

/**
 * Writes down what the parts are called, for commands to find them by the stack's name alone: also where the construct stands
 * in somebody else's stack, whose outputs are not ours.
 */
export function nameParts(
  scope: Construct,
  {
    collector,
    data,
    parameterPrefix,
  }: {
    readonly collector: IFunction;
    readonly data: GatewardenData;
    readonly parameterPrefix: string;
  },
): void {
  const names: StackNames = {
    collector: collector.functionName,
    failures: data.failures.bucketName,
    state: data.tables.State.tableName,
    inventory: data.tables.Inventory.tableName,
    findings: data.tables.Findings.tableName,
    trail: data.tables.Trail.tableName,
    parameters: parameterPrefix,
  };
  new StringParameter(scope, 'Parts', {
    parameterName: stackParameterName(Stack.of(scope).stackName),
    description: 'Gatewarden: what the parts of this stack are called',
    stringValue: JSON.stringify(names),
  });
}
