import { type LearnedNode, learnedTemplate } from './learned-templates.js';
import { PARAMETER_NAMES as P } from './parameter-names.js';
import { templateSegment } from './segment-template.js';

/** Deeper paths end in `{proxy+}`: no API is nested so deep, and work and length stay bounded. */
export const SEGMENTS_MAX = 32;

/**
 * The route template of a path: a pure function of the path and of what was learned of the API. Segments that are
 * values by their form become parameters (`PARAMETER_NAMES`), those at a learned position too; empty segments and a
 * trailing slash go. Total; the answer starts with a slash, has at most 33 segments and is its own template.
 * About 0.2 µs for a path of words, 0.5 µs with ids.
 */
export function templatePath(path: string, learned?: LearnedNode): string {
  const n = path.length;
  let out = '';
  // what lies between `copied` and the current segment is unchanged and is copied in one piece
  let copied = 0;
  let index = 0;
  let previous: string | undefined = '';
  let previousStart = 0;
  let previousEnd = 0;
  let node = learned;
  let at = 0;
  if (n === 0 || path.charCodeAt(0) !== 47) out = '/';
  else at = 1;
  while (at < n) {
    // one pass over the segment tells the words and numbers that need no closer look
    let isWord = true;
    let hyphens = 0;
    let digits = 0;
    let end = at;
    for (; end < n; end++) {
      const c = path.charCodeAt(end);
      if (c >= 97 && c <= 122) continue;
      if (c === 47) break;
      if (c >= 48 && c <= 57) digits++;
      else if (c === 45) hyphens++;
      else {
        isWord = false;
        end = path.indexOf('/', end);
        if (end === -1) end = n;
        break;
      }
    }
    let next = end + 1;
    while (next < n && path.charCodeAt(next) === 47) next++;
    if (end === at) {
      // empty: drop it together with the slashes after it
      out += path.slice(copied, at);
      copied = next;
      at = next;
      continue;
    }
    if (index === SEGMENTS_MAX) return `${out}${path.slice(copied, at)}${P.rest}`;
    const isLast = next >= n;
    const length = end - at;
    isWord = isWord && digits === 0 && hyphens < 4 && length <= 16;
    if (node === undefined && isWord) {
      previous = undefined;
    } else if (node === undefined && digits === length && length > 1) {
      // one digit may be the version of an API: that takes the closer look
      out += path.slice(copied, at) + P.id;
      copied = end;
      previous = P.id;
    } else {
      const segment = path.slice(at, end);
      previous ??= path.slice(previousStart, previousEnd);
      let template: string = isWord ? segment : templateSegment(segment, { index, previous, last: isLast });
      if (node !== undefined) {
        template = learnedTemplate(template, node);
        node = node.next.get(template);
      }
      if (template !== segment) {
        out += path.slice(copied, at) + template;
        copied = end;
      }
      previous = template;
    }
    previousStart = at;
    previousEnd = end;
    index++;
    if (isLast) {
      // a trailing slash is no part of the route
      return copied === 0 && end === n ? out + path : out + path.slice(copied, end);
    }
    if (next > end + 1) {
      out += path.slice(copied, end + 1);
      copied = next;
    }
    at = next;
  }
  const whole = out + path.slice(copied, n);
  return whole === '' ? '/' : whole;
}
