import { ACCOUNT, REGION, type Resource, type Synthesized } from './synthesized.js';

/** The ARN that a resource would have in the account, with its logical id for a name. */
export function arnOf(id: string, resource: Resource): string {
  const local = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  switch (resource.Type) {
    case 'AWS::DynamoDB::Table':
      return local('dynamodb', `table/${id}`);
    case 'AWS::KMS::Key':
      return local('kms', `key/${id}`);
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${id.toLowerCase()}`;
    case 'AWS::Lambda::Function':
      return local('lambda', `function:${id}`);
    case 'AWS::SNS::Topic':
      return local('sns', id);
    case 'AWS::Kinesis::Stream':
      return local('kinesis', `stream/${id}`);
    case 'AWS::IAM::Role':
      return `arn:aws:iam::${ACCOUNT}:role/${id}`;
    case 'AWS::Logs::LogGroup':
      return local('logs', `log-group:${String(resource.Properties['LogGroupName'])}:*`);
    default:
      throw new Error(`no ARN is known for ${resource.Type}`);
  }
}

/** The value with every CloudFormation reference replaced by what it would be in the account. */
export function resolved(value: unknown, synthesized: Synthesized): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, synthesized));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[intrinsic, argument] = ['', undefined]] = entries;
  if (intrinsic === 'Fn::Join' && Array.isArray(argument)) {
    const [delimiter, items] = argument as [string, unknown[]];
    return items.map((item) => String(resolved(item, synthesized))).join(delimiter);
  }
  if (intrinsic === 'Fn::GetAtt' && Array.isArray(argument)) return arnOfId(String(argument[0]), synthesized);
  if (intrinsic === 'Fn::ImportValue') return resolved(exported(String(argument), synthesized), synthesized);
  if (intrinsic === 'Ref') {
    if (argument === 'AWS::Partition') return 'aws';
    return arnOfId(String(argument), synthesized);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolved(item, synthesized)]));
}

function arnOfId(id: string, synthesized: Synthesized): string {
  const resource = synthesized.resources.get(id);
  if (resource === undefined) throw new Error(`nothing is called ${id}`);
  return arnOf(id, resource);
}

function exported(name: string, synthesized: Synthesized): unknown {
  const outputs = Object.values(
    (synthesized.data.toJSON()['Outputs'] ?? {}) as Record<string, ExportedOutput>,
  );
  const found = outputs.find((output) => output.Export?.Name === name);
  if (found === undefined) throw new Error(`nothing is exported as ${name}`);
  return found.Value;
}

interface ExportedOutput {
  readonly Value: unknown;
  readonly Export?: { readonly Name: string };
}
