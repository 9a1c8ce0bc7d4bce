/**
 * The same text as a copy that keeps nothing else alive: a piece of a payload keeps the whole payload in memory for as long as it is kept
 * itself, as a key for instance. Joined from two pieces, for engines write out what they join: where they add pieces up, or cut one
 * off again, what comes of it points into another text, and is looked up and compared at half the speed.
 */
export function ownCopy(text: string): string {
  return [text.slice(0, 1), text.slice(1)].join('');
}
