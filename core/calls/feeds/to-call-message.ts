import type { CallMessage } from '../api-call.js';
import type { Redactor } from '../redaction/redactor.js';

// A body is evidence, not an archive: more than this would let one call fill a segment of the trail.
const LONGEST_BODY = 65_536;
const LONGEST_HEADER = 8_192;
const MOST_HEADERS = 256;

export interface RawMessage {
  readonly headers: readonly (readonly [name: string, value: string])[] | undefined;
  readonly body: string | undefined;
  readonly truncated: boolean;
}

/** Headers (names in lower case) and body as they may be kept: redacted, then bounded. */
export function toCallMessage(message: RawMessage, redactor: Redactor): CallMessage {
  const { headers, body } = message;
  const isLong = body !== undefined && body.length > LONGEST_BODY;
  return {
    // fromEntries defines properties: a header named `__proto__` becomes a key like any other.
    headers:
      headers === undefined ? undefined : Object.fromEntries(headers.slice(0, MOST_HEADERS).map(redact)),
    // Cut before redacting: a value that the cut splits is masked as a truncated one.
    body: body === undefined ? undefined : redactor.body(isLong ? body.slice(0, LONGEST_BODY) : body),
    truncated: message.truncated || isLong || (headers?.length ?? 0) > MOST_HEADERS,
  };

  function redact([name, value]: readonly [string, string]): [string, string] {
    return [redactor.text(name.toLowerCase()), redactor.header(name, value.slice(0, LONGEST_HEADER))];
  }
}
