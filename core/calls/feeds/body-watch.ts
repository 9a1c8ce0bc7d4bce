import type { ExecutionRequest } from './execution-request.js';

/**
 * Knows which lines of a file may be a body's own: bodies hold line breaks, and so may print what looks like lines of the log, of their
 * own request or of another. API Gateway cuts an event after 1,024 bytes, so that nothing beyond that belongs to the body. In
 * a subscription payload one event is one message, and nothing of this is needed.
 */
export interface BodyWatch {
  /** Whether the line that comes next may be a body's. */
  take(line: string): boolean;
  /** Whether a body begins in this line: then what follows may be its own. */
  begins(text: string, request: Pick<ExecutionRequest, 'method' | 'requestHeaders'>): boolean;
}

export function createBodyWatch(): BodyWatch {
  let left = 0;
  return {
    take(line) {
      if (left <= 0) return false;
      // A line break and characters, where the gateway counts bytes: never too few.
      left -= line.length + 1;
      return true;
    },
    begins(text, request) {
      const [label] = BODY.exec(text) ?? [];
      if (label === undefined) return false;
      const body = text.slice(label.length);
      if (body.trim() === '' && (!label.startsWith('Method request') || hasNoBody(request))) return false;
      left = Math.max(left, EVENT_MAX - text.length);
      return true;
    },
  };
}

const EVENT_MAX = 1_024;

const BODY =
  /^(?:(?:Method|Endpoint) (?:request|response) body (?:before|after) transformations|Gateway response body): ?/;

/** An empty first line may be that of a body which begins with a line break; a body is announced by headers, or by a method that has one. */
function hasNoBody({ method, requestHeaders }: Pick<ExecutionRequest, 'method' | 'requestHeaders'>): boolean {
  if (method === undefined || !BODILESS.has(method)) return false;
  return requestHeaders?.entries.every(([name]) => !BODY_HEADERS.has(name.toLowerCase())) === true;
}

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);
const BODY_HEADERS: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'content-type']);
