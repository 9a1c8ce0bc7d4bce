import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { PARTITION_KEY, SORT_KEY, TTL_ATTRIBUTE } from '../adapters/dynamodb/table-schema.js';

/**
 * Denies everybody, administrators included, to delete from the audit trail or to change what it says. Whoever may
 * change this policy can still lift it, and leaves a CloudTrail event doing so. What a policy cannot deny is a put over
 * an existing key: the writers' conditions do, and from the seal on the signed root tells.
 */
export function trailPolicy(): PolicyDocument {
  const deny = (sid: string, actions: string[], conditions?: Record<string, Record<string, string[]>>) =>
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions,
      // Stands for this table: the policy hangs on it.
      resources: ['*'],
      ...(conditions === undefined ? {} : { conditions }),
    });
  return new PolicyDocument({
    statements: [
      deny('NobodyDeletes', ['dynamodb:DeleteItem', 'dynamodb:PartiQLDelete']),
      deny('NobodyRewrites', ['dynamodb:PartiQLUpdate', 'dynamodb:PartiQLInsert']),
      // Pushing the expiry out, until an hour is sealed, is the only update there is.
      deny('OnlyExpiryChanges', ['dynamodb:UpdateItem'], {
        'ForAnyValue:StringNotEquals': { 'dynamodb:Attributes': [PARTITION_KEY, SORT_KEY, TTL_ATTRIBUTE] },
      }),
      // A batch may hold deletions, which IAM cannot tell from puts; so batches may touch evidence only.
      deny('BatchesWriteEvidenceOnly', ['dynamodb:BatchWriteItem'], {
        'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': ['EVIDENCE#*'] },
      }),
    ],
  });
}
