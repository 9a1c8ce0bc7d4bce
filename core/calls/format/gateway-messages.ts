/**
 * What API Gateway itself says in `$context.error.message`: the default texts of its gateway responses, and those of HTTP
 * and WebSocket APIs. Others come from authorizers and integrations.
 */
const MESSAGES = [
  'Forbidden',
  'Unauthorized',
  'Unauthorized request',
  'Not Found',
  'Bad Request',
  'Conflict',
  'Gone',
  'Missing Authentication Token',
  'Too Many Requests',
  'Limit Exceeded',
  'Request Too Long',
  'Request Entity Too Large',
  'Unsupported Media Type',
  'Internal [Ss]erver [Ee]rror',
  'Service Unavailable',
  'Endpoint request timed out',
  'Network error communicating with endpoint',
  'Connection refused',
  'Invalid request body',
  'Invalid permissions on Lambda function',
  'Invalid API Key identifier specified',
  'AuthorizerConfigurationException',
  'Missing required request parameters: \\[[^\\]"]{1,120}\\]',
  'User is not authorized to access this resource(?: with an explicit deny(?: in an identity-based policy)?)?',
  'The security token included in the request is (?:expired|invalid\\.?)',
  'The incoming token has expired',
  'Signature expired: [^"]{1,80}',
  "Authorization header requires 'Credential' parameter[^\"]{0,160}",
] as const;

export const GATEWAY_MESSAGE = new RegExp(`^(?:${MESSAGES.join('|')})$`);

/** More words than the shorter ones of these have: how far to look for the end of one that stands without quotes. */
export const MOST_WORDS = 7;
