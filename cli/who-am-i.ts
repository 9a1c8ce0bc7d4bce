import { userInfo } from 'node:os';

/** Who is at this terminal, as the operating system says, for the trail and for histories. */
export function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return 'unknown';
  }
}
