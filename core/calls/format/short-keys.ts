/**
 * The keys of the lean recommended formats: known both to whoever writes such a format and to whoever reads a line of
 * it without having been told the format.
 */
export const SHORT_KEYS: Readonly<Record<string, string>> = {
  extendedRequestId: 'xid',
  requestId: 'id',
  requestTimeEpoch: 't',
  status: 'st',
  httpMethod: 'm',
  resourcePath: 'rp',
  routeKey: 'rk',
  eventType: 'ev',
  connectionId: 'conn',
  'identity.sourceIp': 'ip',
  'identity.apiKeyId': 'kid',
  'identity.userArn': 'arn',
  'authorizer.claims.sub': 'sub',
  'authorizer.principalId': 'who',
  responseLength: 'len',
  responseLatency: 'lat',
  integrationLatency: 'ilat',
  integrationStatus: 'ist',
  'error.responseType': 'et',
  'authorizer.error': 'ae',
  wafResponseCode: 'waf',
  domainName: 'h',
  path: 'p',
  'identity.userAgent': 'ua',
};
