import ipaddr from 'ipaddr.js';
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
  /** Absent where nobody can be named: kind `unknown`. */
  readonly name: string | undefined;
  readonly kind: PrincipalKind;
}

/**
 * Who called, strongest identity first. An identity that was redacted (an authorizer may return the token itself as
 * the principal) names nobody: all its callers would become one. An IPv6 address stands for its /64.
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
  if (facts.isProxy) return { name: facts.sourceIp, kind: 'proxy' };
  return { name: networkOf(facts.sourceIp), kind: 'ip' };
}

/**
 * Who called, of a line that had to be mended: whatever a caller could have written names nobody, for a whole flood could name somebody
 * else. `address` is one that stands before every caller-written value of its line, else absent.
 */
export function principalOfMended(address: string | undefined, isProxy: boolean): Principal {
  if (address === undefined) return { name: undefined, kind: 'unknown' };
  return isProxy ? { name: address, kind: 'proxy' } : { name: networkOf(address), kind: 'ip' };
}

/** One caller has a whole IPv6 /64 and may take a new address of it for every call; an IPv4 address stays as it is. */
function networkOf(address: string): string {
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return address;
  const network = [...ipaddr.IPv6.parse(address).parts.slice(0, 4), 0, 0, 0, 0];
  return `${new ipaddr.IPv6(network).toRFC5952String()}/64`;
}

function isName(value: string | undefined): value is string {
  return value !== undefined && value !== '' && !value.includes(REDACTED);
}
