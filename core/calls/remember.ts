import { ownCopy } from '../own-copy.js';

interface Known<Answer> {
  readonly text: string;
  readonly answer: Answer;
}

/**
 * A function that remembers its latest answers: in a log the same user agents, hosts, seconds and addresses come again
 * and again. Forgets everything when full, so that a scanner with ever new values costs one miss each and no memory.
 * `answer` is given a copy of the text that keeps nothing else alive, so it may answer with a part of it.
 */
export function remember<Answer>(answer: (text: string) => Answer, most: number): (text: string) => Answer {
  let all = new Map<string, Known<Answer>>();
  // Before the map: hashing a fresh piece of a line costs more than finding it here and comparing.
  const latest = new Array<Known<Answer> | undefined>(SETS * WAYS).fill(undefined);

  function lookUp(text: string): Known<Answer> {
    const before = all.get(text);
    if (before !== undefined) return before;
    const own = ownCopy(text);
    const fresh = { text: own, answer: answer(own) };
    if (all.size >= most) all = new Map();
    all.set(own, fresh);
    return fresh;
  }

  let last: Known<Answer> | undefined;

  return (text) => {
    if (last !== undefined && last.text === text) return last.answer;
    // A long key is likely to be a caller's invention.
    if (text.length > LONGEST_KEY) return answer(text);
    const first = setOf(text) * WAYS;
    const front = latest[first];
    if (front !== undefined && front.text === text) {
      last = front;
      return front.answer;
    }
    // The one used last stands in front, the others in order of their use; the last one falls out.
    let moved = front;
    for (let way = first + 1; way < first + WAYS; way++) {
      const known = latest[way];
      latest[way] = moved;
      if (known !== undefined && known.text === text) {
        latest[first] = known;
        last = known;
        return known.answer;
      }
      moved = known;
    }
    const found = lookUp(text);
    latest[first] = found;
    last = found;
    return found.answer;
  };
}

const LONGEST_KEY = 512;
/** A power of two. */
const SETS = 64;
/** User agents differ in a digit of a version: several of them share a set. */
const WAYS = 8;

/** Length and at most 8 characters spread over the text: tells most texts apart. */
function setOf(text: string): number {
  let mixed = text.length;
  const step = (mixed >> 3) + 1;
  for (let at = text.length - 1; at >= 0; at -= step)
    mixed = (Math.imul(mixed, 31) + text.charCodeAt(at)) | 0;
  return (mixed ^ (mixed >>> 9) ^ (mixed >>> 18)) & (SETS - 1);
}
