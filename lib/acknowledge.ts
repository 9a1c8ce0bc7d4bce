import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts findings of cdk-nag on one construct and all below it: the finding's id, and why a stranger can accept it too. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}

/** The id of cdk-nag's finding about a wildcard in a policy's resource: the ARN with its references written `<Id.Arn>`. */
export function wildcardFinding(scope: IConstruct, resource: string): string {
  const resolved: unknown = Stack.of(scope).resolve(resource);
  return `AwsSolutions-IAM5[Resource::${flatten(resolved)}]`;
}

function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  const [[intrinsic, argument] = ['', undefined]] = entries;
  if (intrinsic === 'Fn::Join' && Array.isArray(argument)) {
    const parts: readonly unknown[] = argument;
    const [delimiter, items] = parts;
    return Array.isArray(items) ? items.map(flatten).join(String(delimiter)) : '';
  }
  if (intrinsic === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.map(flatten).join('.')}>`;
  if (intrinsic === 'Ref') return `<${flatten(argument)}>`;
  if (intrinsic === 'Fn::ImportValue') return flatten(argument);
  return JSON.stringify(value);
}
