/**
 * Everything that is redacted, as data. Names are compared in lower case with `-`, `_`, `.` and spaces removed
 * (`X-Api-Key`, `x_api_key` and `xApiKey` are one name).
 */

/** What stands where a secret stood. Fixed, so that it says nothing of the secret, its length included. */
export const REDACTED = '[redacted]';

/** Headers, query keys, form fields and JSON keys that hold a secret when they are named exactly so. */
export const SECRET_NAMES: readonly string[] = [
  'authorization',
  'proxyauthorization',
  'cookie',
  'cookies',
  'setcookie',
  'cookie2',
  'auth',
  'sig',
  'sid',
  'pin',
  'pan',
  'cvv',
  'cvc',
  'cvv2',
  'cvc2',
  'csc',
  'otp',
  'mfa',
  'totp',
  'ssn',
  'iban',
  'jwt',
  'pwd',
  'pass',
  'passwd',
  'hmac',
  'sas',
  'bearer',
  'assertion',
  'clientassertion',
  'codeverifier',
  'samlresponse',
  'cardnumber',
  'ccnumber',
  'ccnum',
  'creditcard',
  'cardno',
  'securitycode',
  'xamzcredential',
  'awsaccesskeyid',
  'jsessionid',
  'phpsessid',
  'aspsessionid',
  'session',
  'sessionid',
  'xforwardedclientcert',
  'xamznmtlsclientcert',
  'sslclientcert',
];

/** Query keys and form fields only: in JSON bodies these names mostly hold an error code or an object key. */
export const SECRET_QUERY_NAMES: readonly string[] = ['code', 'key', 'state', 'ticket', 'hash', 'nonce'];

/** Members of JSON objects that are a pair of name and value each (`{"name":"password","value":"…"}`): what they call the two. */
export const PAIR_NAME_KEYS: readonly string[] = ['name', 'key', 'field', 'param', 'parameter', 'header'];
export const PAIR_VALUE_KEYS: readonly string[] = ['value', 'values', 'val', 'content'];

/** A name that contains one of these holds a secret, unless `PLAIN_NAMES` has it. */
export const SECRET_NAME_PARTS: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'accountkey',
  'masterkey',
  'sharedkey',
  'connectionstring',
  'privatekey',
  'secretkey',
  'signingkey',
  'encryptionkey',
  'subscriptionkey',
  'functionskey',
  'authkey',
  'credential',
  'signature',
  'sessionid',
  'sessid',
  'sessiontoken',
  'csrf',
  'xsrf',
  'authorization',
  'cookie',
  'bearer',
  'cardnumber',
  'creditcard',
  'securitycode',
  'onetimecode',
  'verificationcode',
  'jwt',
];

/** Names that contain a part above and hold no secret. */
export const PLAIN_NAMES: readonly string[] = [
  'tokentype',
  'tokenuse',
  'tokencount',
  'maxtokens',
  'totaltokens',
  'prompttokens',
  'completiontokens',
  'inputtokens',
  'outputtokens',
  'passwordresetrequired',
  'accesscontrolallowcredentials',
  'accesscontrolallowheaders',
  'cookieenabled',
  'signatureversion',
  'xamzsignedheaders',
  'nexttoken',
  'tokenbalance',
  'tokenbalances',
  'tokenprice',
  'tokenprices',
  'tokentransfers',
  'pagetoken',
  'nextpagetoken',
  'continuationtoken',
];

/** Headers whose values are kept after the scan for secrets; any other header loses long opaque values too. */
export const PLAIN_HEADERS: readonly string[] = [
  'accept',
  'acceptcharset',
  'acceptencoding',
  'acceptlanguage',
  'cachecontrol',
  'connection',
  'contentdisposition',
  'contentencoding',
  'contentlanguage',
  'contentlength',
  'contenttype',
  'date',
  'etag',
  'expect',
  'expires',
  'forwarded',
  'from',
  'host',
  'ifmatch',
  'ifmodifiedsince',
  'ifnonematch',
  'lastmodified',
  'location',
  'origin',
  'pragma',
  'range',
  'referer',
  'server',
  'traceparent',
  'tracestate',
  'useragent',
  'vary',
  'via',
  'cfray',
  'sentrytrace',
  'xamzapigwid',
  'xamzcfid',
  'xappversion',
  'xb3parentspanid',
  'xb3spanid',
  'xb3traceid',
  'xclientversion',
  'xcloudtracecontext',
  'xamzcontentsha256',
  'xamzdate',
  'xamznrequestid',
  'xamzrequestid',
  'xamzntraceid',
  'xcache',
  'xcorrelationid',
  'xforwardedfor',
  'xforwardedhost',
  'xforwardedport',
  'xforwardedproto',
  'xrealip',
  'xrequestid',
];

/** `$context` variables that hold a secret or a whole certificate: neither kept nor shown, whatever is allowed. */
export const SECRET_VARIABLES: readonly string[] = [
  'identity.apiKey',
  'identity.clientCert.clientCertPem',
  'authorizer.claims',
];

export interface SecretShape {
  readonly name: string;
  /** Case-sensitive, bounded, no nested repetition: the match is linear in the text. */
  readonly pattern: string;
}

/** Secrets that are known by their shape, wherever they stand. */
export const SECRET_SHAPES: readonly SecretShape[] = [
  {
    // An ordinary word may follow ("Bearer authentication"): only what is long or has more than small letters counts. A
    // challenge ("Bearer realm=…") holds none.
    name: 'authorization scheme with its credentials',
    pattern: String.raw`\b(?:${anyCase('bearer')}|${anyCase('digest')}|${anyCase('negotiate')})\s{1,3}(?!(?:realm|error|scope|authorization_uri)=)(?:(?=[a-z]{0,40}[A-Z0-9_.~+/=-])[\w.~+/=-]{6,}|[a-z]{16,})`,
  },
  {
    // Base64, and not the product of a user agent ("Basic Client/1.0").
    name: 'basic authorization with its credentials',
    pattern: String.raw`\b${anyCase('basic')}\s{1,3}(?:(?=[a-z]{0,40}[A-Z0-9_+/=-])[\w+/-]{6,}={0,2}|[a-z]{16,}={0,2})(?![\w.~+/=-])`,
  },
  {
    // The words are ordinary ones: only what has a digit in it counts, and with a slash only what is long ("Token Manager/2").
    name: 'token or key named like a scheme',
    pattern: String.raw`\b(?:${anyCase('token')}|${anyCase('apikey')})\s{1,3}(?:(?=[A-Za-z_.~+=-]{0,60}\d)[\w.~+=-]{6,}(?![\w/])|(?=[A-Za-z_.~+/=-]{0,60}\d)[\w.~+/=-]{16,})`,
  },
  { name: 'JSON Web Token', pattern: String.raw`\beyJ[\w-]{10,}(?:\.[\w-]*){0,4}` },
  { name: 'AWS access key id', pattern: '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{12,}' },
  {
    name: 'AWS SigV4 credentials',
    pattern: String.raw`\b(?:[Ss]ignature|[Cc]redential|[Ss]ecurity-[Tt]oken)=[^&\s,"]{8,}`,
  },
  {
    name: 'AWS session token',
    pattern: String.raw`(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[\w+/=%-]{20,}`,
  },
  { name: 'GitHub token', pattern: String.raw`\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})` },
  { name: 'GitLab token', pattern: String.raw`\bglpat-[\w-]{15,}` },
  { name: 'Slack token', pattern: String.raw`\bxox[abeprs]-[\w-]{10,}` },
  { name: 'Stripe key', pattern: String.raw`\b(?:[sr]k_(?:live|test)_|whsec_)[A-Za-z0-9]{16,}` },
  { name: 'Google key', pattern: String.raw`\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}` },
  { name: 'OpenAI or Anthropic key', pattern: String.raw`\bsk-[\w-]{20,}` },
  {
    name: 'token of another service, by its prefix',
    pattern: [
      String.raw`\b(?:hf_[A-Za-z]{20,}|dop_v1_[\da-f]{32,}|shp(?:at|ca|pa|ss)_[\da-fA-F]{24,}|ATATT3[\w=-]{20,}|dckr_[op]at_[\w-]{20,}`,
      String.raw`sq0(?:atp|csp|idp)-[\w-]{20,}|lin_api_[A-Za-z\d]{20,}|hv[sbr]\.[\w-]{20,}|GOCSPX-[\w-]{20,}|HRKU-[\w-]{20,}`,
      String.raw`NRAK-[A-Z\d]{20,}|PMAK-[\w-]{20,}|gl(?:sa|c)_\w{20,}|sntrys_[\w+=-]{20,}|figd_[\w-]{20,}|ntn_\w{20,}|dapi[\da-f]{32}`,
      String.raw`key-[\da-f]{32}|\d{8,10}:AA[\w-]{32,36})`,
    ].join('|'),
  },
  { name: 'npm or PyPI token', pattern: String.raw`\bnpm_[A-Za-z0-9]{30,}|\bpypi-[\w-]{30,}` },
  { name: 'SendGrid key', pattern: String.raw`\bSG\.[\w-]{16,}\.[\w-]{16,}` },
  {
    // The end is not searched for: whatever follows the header of a private key is the key, or cut short.
    name: 'private key',
    pattern: String.raw`-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\w+/=\s\\-]*`,
  },
  { name: 'user and password in an address', pattern: String.raw`\/\/[^\s/:@"]{1,64}:[^\s/@"]{1,128}@` },
];

/**
 * Signs of the shapes above, without regard to case: a text with none of these, nor with one of `SECRET_MARKS`, is none of them. A
 * test holds each shape against them.
 */
export const SECRET_SHAPE_SIGNS: readonly string[] = [
  ...['bearer', 'basic', 'digest', 'negotiate', 'token', 'apikey'],
  ...['eyJ', 'AKIA', 'ASIA', 'ABIA', 'ACCA', 'IQoJ', 'FwoG', 'FQoG'],
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_', 'glpat', 'xox', 'whsec'],
  ...[
    'hf_',
    'dop_v1_',
    'shpat_',
    'shpca_',
    'shppa_',
    'shpss_',
    'ATATT3',
    'dckr_',
    'sq0',
    'lin_api_',
    'hvs.',
    'hvb.',
    'hvr.',
  ],
  ...[
    'GOCSPX-',
    'HRKU-',
    'NRAK-',
    'PMAK-',
    'glsa_',
    'glc_',
    'sntrys_',
    'figd_',
    'ntn_',
    'dapi',
    'key-',
    ':AA',
  ],
  ...['sk_', 'rk_', 'sk-', 'AIza', 'ya29', 'npm_', 'pypi', 'SG.', 'BEGIN'],
];

/** What stands between a name and its value, in an address with a password, or before an escaped character. */
export const SECRET_MARKS: readonly string[] = ['=', ':', '@', '%'];

/** Segments of a path that announce a token which alone lets its bearer in: what a password reset or an invitation sends by mail. */
export const TOKEN_PATH_PARTS: readonly string[] = [
  'reset',
  'recover',
  'verif',
  'confirm',
  'activat',
  'invit',
  'unsubscri',
  'magic',
];

/** Words that stand at the start of `name=value` or `name: value` in free text (messages, paths, user agents). */
export const SECRET_WORDS: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'pwd',
  'secret',
  'token',
  'api[-_ ]?key',
  'access[-_]?key(?:[-_]?id)?',
  'private[-_]?key',
  '(?:secret|signing|account|master|shared)[-_ ]?key',
  'auth',
  'credentials?',
  'session[-_]?id',
  'jsessionid',
  'phpsessid',
  'sid',
  'signature',
  'sig',
  'jwt',
  'cvv2?',
  'cvc2?',
  'pin',
  'otp',
  'ssn',
  'iban',
];

/** Schemes are compared without case; the other shapes are not. */
function anyCase(word: string): string {
  return word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}
