import { runSimulation } from '@cloud-copilot/iam-simulate';
import { resolved } from './resolved.js';
import { ACCOUNT, type Resource, type Synthesized } from './synthesized.js';

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export interface DeployedFunction {
  readonly id: string;
  readonly resource: Resource;
  readonly roleId: string;
  readonly statements: readonly PolicyStatement[];
}

/** The function whose description holds these words, with the statements of every policy of its role. */
export function functionWith(words: string, synthesized: Synthesized): DeployedFunction {
  const functions = synthesized.ofType('AWS::Lambda::Function');
  const found = functions.filter(([, { Properties }]) => String(Properties['Description']).includes(words));
  const [entry] = found;
  if (entry === undefined || found.length > 1) throw new Error(`${found.length} functions with "${words}"`);
  const [id, resource] = entry;
  const roleId = (resource.Properties['Role'] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
  return { id, resource, roleId, statements: statementsOf(roleId, synthesized) };
}

export function statementsOf(roleId: string, synthesized: Synthesized): readonly PolicyStatement[] {
  const policies = synthesized.ofType('AWS::IAM::Policy').filter(([, { Properties }]) => {
    return (Properties['Roles'] as { Ref: string }[]).some(({ Ref }) => Ref === roleId);
  });
  return policies.flatMap(([, { Properties }]) => {
    const document = resolved(Properties['PolicyDocument'], synthesized);
    return (document as { Statement: PolicyStatement[] }).Statement;
  });
}

export interface Attempt {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied`, as IAM would decide. */
export async function decide(
  roleId: string,
  statements: readonly PolicyStatement[],
  { action, resource, context = {} }: Attempt,
  resourcePolicy?: unknown,
): Promise<string> {
  const document = { Version: '2012-10-17', Statement: statements };
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/${roleId}`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: Object.fromEntries(
          Object.entries(context).map(([key, value]) => [
            key,
            typeof value === 'string' ? value : [...value],
          ]),
        ),
      },
      identityPolicies: [{ name: 'role', policy: document }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult;
}
