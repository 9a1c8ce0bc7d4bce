/**
 * A function that remembers its latest answers: in a log the same user agents, hosts, seconds and addresses come again
 * and again. Forgets everything when full, so that a scanner with ever new values costs one miss each and no memory.
 */
export function remember<Answer>(answer: (text: string) => Answer, most: number): (text: string) => Answer {
  let known = new Map<string, Answer>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const fresh = answer(text);
    // A long key is likely to be a caller's invention, and would be kept alive with the payload it is a part of.
    if (text.length <= LONGEST_KEY) {
      if (known.size >= most) known = new Map();
      known.set(text, fresh);
    }
    return fresh;
  };
}

const LONGEST_KEY = 512;
