/**
 * Words that are part of a route wherever they stand, also where a parameter is known to stand: `/users/me` is not
 * the user called `me`. Lower case; from the public API styles in use (REST, RPC, OAuth, Kubernetes, OData).
 */
const RESERVED = `
me self current mine own all any none new latest recent last first next previous prev default
api apis rest rpc graphql v admin internal public private external app apps web mobile
search find filter query lookup list count total sum stats statistics summary report metrics overview export import
download upload file files batch bulk many validate verify verification confirm check test ping pong echo
health healthz healthcheck livez readyz ready live liveness readiness status version versions info about
login logout signin signout signup register registration auth authenticate authorize oauth oauth2 oidc sso saml
token tokens refresh revoke introspect userinfo callback session sessions password forgot reset change mfa otp 2fa totp
create add insert update edit modify patch save put get fetch read view show delete remove destroy purge clear
enable disable activate deactivate start stop pause resume cancel retry restart run execute trigger invoke schedule
approve reject accept decline assign unassign claim submit publish unpublish archive unarchive restore
lock unlock block unblock mute follow unfollow like unlike star unstar subscribe unsubscribe join leave invite
send receive reply forward share sync merge transfer move copy clone duplicate rename swap
pay payment charge refund capture void checkout cart basket order invoice quote balance
user account profile settings preferences config configuration options permissions roles role
events event feed stream history activity log logs audit notifications webhooks webhook hook hooks
docs swagger openapi spec schema metadata meta types type category categories tags labels
inbox outbox sent draft drafts trash spam unread popular trending featured top best random
active inactive open closed pending completed archived deleted upcoming past today tomorrow yesterday
daily weekly monthly yearly hourly now nearby suggest suggestions autocomplete recommendations
comments replies reactions attachments media image images photo photos avatar thumbnail preview video videos audio
items details detail raw content contents data static assets public
members membership followers following friends contacts addresses address billing subscription usage limits quota
namespaces scale proxy exec attach binding eviction finalize watch
`;

/** Of these, the words that never are the value of a parameter, however much they look like one by what stands below them. */
const NEVER_VALUES = `me self current mine own all any none new latest recent last first next previous prev
search find filter query lookup list count total sum stats statistics summary export import download upload bulk batch
validate verify check ping health healthz login logout signin signup register refresh revoke userinfo callback
create add insert update edit delete remove enable disable sync merge move copy`;

/** Letters and digits that only look like an id, because of three or more digits in one run. */
const NUMBERED = `sha224 sha256 sha384 sha512 sha1 md5 crc32 h264 h265 x509 iso8601 iso3166 iso639 iso4217 iso20022
rfc3339 rfc5545 rfc7807 base64 base32 aes128 aes256 form1099 fido2 win32 utf16 log4j c14n pkcs12 ed25519 secp256k1
ps256 rs256 es256 hs256 saml20 mt940 mt103 pain001 camt053 en16931 area51 web3 5g 4g lte400 page404 error404 error500`;

const toSet = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const reservedWords = toSet(RESERVED);
const neverValues = toSet(NEVER_VALUES);
const numberedWords = toSet(NUMBERED);

/** Whether the segment is one of the words that stay words even where a parameter stands; any letter case. */
export function isReservedWord(segment: string): boolean {
  return segment.length <= 20 && (reservedWords.has(segment) || reservedWords.has(segment.toLowerCase()));
}

/** Whether a reserved word may prove to be a value (the namespace `default`), unlike `/users/me`. */
export function mayBeValue(word: string): boolean {
  return !neverValues.has(word.toLowerCase());
}

/** `sha256`, `h264`, `x509`: a word although it ends in several digits. */
export function isNumberedWord(segment: string): boolean {
  return segment.length <= 12 && numberedWords.has(segment.toLowerCase());
}

const IRREGULAR_PLURALS = toSet(
  'people children media data criteria staff equipment inventory feedback catalog',
);

/**
 * Whether the segment names a collection (`users`, `line-items`): what follows one is more often a parameter than
 * what follows any other word, and the name of a collection is seldom the value of a parameter.
 */
export function isCollectionName(segment: string): boolean {
  const n = segment.length;
  if (n < 4 || n > 40) return false;
  const last = segment.charCodeAt(n - 1) | 32;
  if (last !== 115 /* s */) return IRREGULAR_PLURALS.has(segment.toLowerCase());
  const before = segment.charCodeAt(n - 2) | 32;
  // `status`, `address`, `analysis`: singular in spite of the s
  return before !== 115 && before !== 117 && before !== 105;
}
