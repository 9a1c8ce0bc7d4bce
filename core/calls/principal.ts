import type { PrincipalKind } from './api-call.js';
import { REDACTED } from './redaction/secret-catalogue.js';

export interface PrincipalFacts {
  readonly userArn: string | undefined;
  readonly caller: string | undefined;
  readonly cognitoIdentity: string | undefined;
  readonly subject: string | undefined;
  readonly apiKeyId: string | undefined;
  readonly certificate: string | undefined;
  readonly sourceIp: string | undefined;
  readonly isProxy: boolean;
}

export interface Principal {
  readonly name: string;
  readonly kind: PrincipalKind;
}

/**
 * Who called, strongest identity first. An identity that was redacted (an authorizer may return the token itself as
 * the principal) names nobody: all its callers would become one.
 */
export function choosePrincipal(facts: PrincipalFacts): Principal | undefined {
  // Every user of a Cognito identity pool has the pool's role ARN; only the identity tells them apart.
  const shared = facts.userArn?.endsWith('/CognitoIdentityCredentials') === true;
  if (!(shared && isName(facts.cognitoIdentity))) {
    if (isName(facts.userArn)) return { name: facts.userArn, kind: 'iam' };
    if (isName(facts.caller)) return { name: facts.caller, kind: 'iam' };
  }
  if (isName(facts.cognitoIdentity)) return { name: facts.cognitoIdentity, kind: 'subject' };
  if (isName(facts.subject)) return { name: facts.subject, kind: 'subject' };
  if (isName(facts.apiKeyId)) return { name: facts.apiKeyId, kind: 'api-key' };
  if (isName(facts.certificate)) return { name: facts.certificate, kind: 'client-certificate' };
  if (facts.sourceIp === undefined) return undefined;
  return { name: facts.sourceIp, kind: facts.isProxy ? 'proxy' : 'ip' };
}

function isName(value: string | undefined): value is string {
  return value !== undefined && value !== '' && !value.includes(REDACTED);
}
