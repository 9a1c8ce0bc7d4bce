import { FILE_ENDINGS, templateDotted } from './dotted-segment.js';
import { PARAMETER_NAMES as P } from './parameter-names.js';
import { percentDecoded } from './percent-decoded.js';
import { ID_MAX, type SegmentPlace, templatePlain, WORD_MAX } from './plain-segment.js';
import { isDate, isDigits, isEmail, isIp, isPhone } from './segment-forms.js';

/** Longer segments are not looked into: nobody names a route so, and work stays bounded whatever is sent. */
const LOOKED_AT_MAX = 512;

/**
 * The template of one path segment: itself when it is a word, else `{name}` after the form of its value, with what
 * is a word kept beside it (`{id}.json`, `{id}:cancel`, `Orders({id})`). Total, bounded in time whatever the
 * segment, and stable: a template segment is its own template.
 */
export function templateSegment(segment: string, place: SegmentPlace): string {
  if (segment.length > LOOKED_AT_MAX) return isPlain(segment.slice(0, LOOKED_AT_MAX)) ? P.token : P.text;
  if (isPlain(segment)) return templatePlain(segment, place);
  if (segment.includes('%')) return templateEncoded(segment, place);
  if (segment.startsWith('{')) return isTemplateSegment(segment) ? segment : P.text;
  const matrix = segment.indexOf(';');
  // a matrix parameter is no part of the route: `/map;jsessionid=…`
  if (matrix > 0) return templateSegment(segment.slice(0, matrix), place);
  return templateSpecial(segment, place);
}

/** Letters, digits, hyphens and underscores alone. */
function isPlain(segment: string): boolean {
  for (let i = 0; i < segment.length; i++) {
    const c = segment.charCodeAt(i);
    if (c >= 97 && c <= 122) continue;
    if (c >= 48 && c <= 57) continue;
    if ((c >= 65 && c <= 90) || c === 45 || c === 95) continue;
    return false;
  }
  return true;
}

/** Encoded where it need not be is the plain segment (`%61dmin` is `admin`); what stays encoded is free text. */
function templateEncoded(segment: string, place: SegmentPlace): string {
  const decoded = percentDecoded(segment);
  if (decoded === undefined || decoded === '' || decoded.includes('%')) return P.text;
  if (decoded.startsWith('arn:')) return P.arn;
  if (isIp(decoded)) return P.ip;
  return decoded.includes('/') ? P.text : templateSegment(decoded, place);
}

/** `{petId}`, `{proxy+}`, and with the suffix that templating keeps: `{id}.json`, `{id}:cancel`. */
function isTemplateSegment(segment: string): boolean {
  const [whole, ending] = /^\{[A-Za-z0-9_.-]{1,64}\+?\}(?:[.:]([A-Za-z0-9]{1,40}))?$/.exec(segment) ?? [];
  // Of endings that begin with a digit only the known ones (`.7z`): a caller could write any number.
  return (
    whole !== undefined &&
    (ending === undefined || /^\D/.test(ending) || FILE_ENDINGS.has(ending.toLowerCase()))
  );
}

function templateSpecial(segment: string, place: SegmentPlace): string {
  if (segment.includes('(')) return templateCall(segment);
  if (!/^[\w.~@:$!*'+,=-]+$/.test(segment)) return P.text;
  if (segment.includes('@')) {
    if (isEmail(segment)) return P.email;
    return segment.startsWith('@') && segment.length > 1 ? P.name : P.text;
  }
  if (segment.startsWith('arn:')) return P.arn;
  if (isIp(segment)) return P.ip;
  if (isDate(segment)) return P.date;
  if (isPhone(segment)) return P.phone;
  if (segment.includes(':')) return templateVerb(segment, place);
  if (segment.startsWith('$')) return /^\$[A-Za-z]{1,40}$/.test(segment) ? segment : P.text;
  if (segment.startsWith('~')) return P.name;
  if (segment.includes(',')) return segment.split(',').every(isDigits) ? P.id : P.text;
  if (/^[\w+-]+={1,2}$/.test(segment)) return segment.length > ID_MAX ? P.token : P.id;
  return /^[\w.-]+$/.test(segment) ? templateDotted(segment, place) : P.text;
}

/** OData: `Orders(42)`, `Orders('x')`, `Orders(Id=1,Line=2)`; functions without arguments are words. */
function templateCall(segment: string): string {
  const parts = /^([A-Za-z_][A-Za-z0-9_.]{0,63})\((.*)\)$/s.exec(segment);
  if (parts?.[1] === undefined) return P.text;
  return parts[2] === '' ? segment : `${parts[1]}(${P.id})`;
}

/** Custom verbs: `messages:batchGet`, `42:cancel`. More than one colon, or no word behind it, is a value. */
function templateVerb(segment: string, place: SegmentPlace): string {
  const parts = /^([^:]+):([A-Za-z]{2,40})$/.exec(segment);
  if (parts?.[1] === undefined || parts[2] === undefined) return P.text;
  const name = templateSegment(parts[1], place);
  const verb = templatePlain(parts[2], { index: 0, previous: '', last: place.last });
  if (verb !== parts[2]) return P.text;
  const whole = `${name}:${verb}`;
  return whole.length <= WORD_MAX && (name === parts[1] || isTemplateSegment(whole)) ? whole : P.text;
}
