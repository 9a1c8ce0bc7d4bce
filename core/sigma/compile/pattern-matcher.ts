import { DASHES, type Pattern, plainText } from '../value-pattern.js';

/** Whether a text matches a pattern as a whole. No backtracking over `*`: time is bounded by text × pattern length. */
export function patternMatcher(parts: Pattern): (text: string) => boolean {
  const plain = plainText(parts);
  if (plain !== undefined) return (text) => text === plain;
  const [first, second, third] = parts;
  if (parts.length === 1 && first?.kind === 'any') return () => true;
  if (parts.length === 2 && first?.kind === 'any' && second?.kind === 'text') {
    const { text: end } = second;
    return (text) => text.endsWith(end);
  }
  if (parts.length === 2 && first?.kind === 'text' && second?.kind === 'any') {
    const { text: start } = first;
    return (text) => text.startsWith(start);
  }
  if (parts.length === 3 && first?.kind === 'any' && second?.kind === 'text' && third?.kind === 'any') {
    const { text: inside } = second;
    return (text) => text.includes(inside);
  }
  return segmentsMatcher(parts);
}

/** Text between two `*`; for a part of one character, what it may be: any UTF-16 code unit, or a dash. */
type Segment = readonly (string | ((character: string) => boolean))[];

const anyCharacter = (character: string): boolean => character !== '';
const anyDash = (character: string): boolean => character !== '' && DASHES.includes(character);

function segmentsMatcher(parts: Pattern): (text: string) => boolean {
  const segments: Segment[] = [];
  let current: Segment[number][] = [];
  for (const part of parts) {
    if (part.kind === 'any') {
      segments.push(current);
      current = [];
    } else if (part.kind === 'text') current.push(part.text);
    else current.push(part.kind === 'dash' ? anyDash : anyCharacter);
  }
  const head = segments[0];
  if (head === undefined) return (text) => matchesAt(text, 0, current) && lengthOf(current) === text.length;
  const middle = segments.slice(1);
  const tail = current;
  const headLength = lengthOf(head);
  const tailLength = lengthOf(tail);
  return (text) => {
    const end = text.length - tailLength;
    if (end < headLength || !matchesAt(text, 0, head) || !matchesAt(text, end, tail)) return false;
    let at = headLength;
    // The leftmost place for each segment leaves the most room for the next, so trying others is never needed.
    for (const segment of middle) {
      at = findSegment(text, segment, at, end);
      if (at < 0) return false;
    }
    return true;
  };
}

/** Position after the leftmost match between the bounds, or -1. */
function findSegment(text: string, segment: Segment, from: number, end: number): number {
  const length = lengthOf(segment);
  for (let at = from; at + length <= end; at += 1) if (matchesAt(text, at, segment)) return at + length;
  return -1;
}

function matchesAt(text: string, start: number, segment: Segment): boolean {
  let at = start;
  for (const piece of segment) {
    if (typeof piece === 'function') {
      if (!piece(text.charAt(at))) return false;
      at += 1;
    } else {
      if (!text.startsWith(piece, at)) return false;
      at += piece.length;
    }
  }
  return true;
}

function lengthOf(segment: Segment): number {
  let length = 0;
  for (const piece of segment) length += typeof piece === 'function' ? 1 : piece.length;
  return length;
}
