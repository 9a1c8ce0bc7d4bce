/**
 * What a parameter of a templated path is called: by the form of its value, so that whoever reads `/users/{email}`
 * knows what stands in the path (and that it is personal). Templates that come from the gateway keep its names.
 */
export const PARAMETER_NAMES = {
  /** Integers, prefixed ids (`cus_9s6XKzkNRiz8i3`, `ord-12345`), short random ids (`dQw4w9WgXcQ`). */
  id: '{id}',
  uuid: '{uuid}',
  ulid: '{ulid}',
  ksuid: '{ksuid}',
  /** MongoDB ObjectId: 24 hexadecimal digits. */
  objectId: '{objectId}',
  /** 32, 40, 56, 64, 96 or 128 hexadecimal digits: MD5, SHA-1, SHA-2. */
  hash: '{hash}',
  /** Random text of more than 32 characters: JWTs, cursors, signatures. */
  token: '{token}',
  /** A date, a time or both, in ISO 8601. */
  date: '{date}',
  email: '{email}',
  phone: '{phone}',
  ip: '{ip}',
  arn: '{arn}',
  /** A host name, or an application id in reverse order (`com.example.app`). */
  domain: '{domain}',
  /** Words with an id (`red-shoe-1234`), or more words than a resource has (`how-to-brew-good-coffee`). */
  slug: '{slug}',
  /** Capitals: currencies, countries, tickers (`EUR`, `BTC-USD`). */
  code: '{code}',
  /** `en-US`, `pt_BR`. */
  locale: '{locale}',
  /** An AWS Region. */
  region: '{region}',
  /** `4.17.21`, `v1.2.3-beta.1`. */
  version: '{version}',
  /** A decimal or negative number. */
  number: '{number}',
  /** Free text: spaces, encoded characters, lists, `key=value`. */
  text: '{text}',
  /** A word that only distinctness over time told to be a parameter (`/shops/red-shoe`), or a handle (`@octocat`). */
  name: '{name}',
  /** The rest of a path too deep to be a route. */
  rest: '{proxy+}',
} as const;

const OWN_NAMES: ReadonlySet<string> = new Set(Object.values(PARAMETER_NAMES));

/** Whether the template segment is a parameter that path templating wrote (with a suffix such as `.json` or not). */
export function isOwnParameter(segment: string): boolean {
  const end = segment.indexOf('}');
  return end !== -1 && OWN_NAMES.has(segment.slice(segment.indexOf('{'), end + 1));
}
