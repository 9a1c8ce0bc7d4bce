import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../core/fault.js';
import { makeFolder } from './make-folder.js';

/**
 * Makes the folder where there is none, and closes it to other users. Throws `Fault('store.untrusted')` where the folder, or what
 * we would open in it, is a symbolic link or another user's: who prepared the place for us would else choose
 * which folder of ours is opened or closed, or read what we store.
 */
export function takeFolder(folder: string, contents: readonly string[]): void {
  makeFolder(folder, 0o700);
  // Windows has neither modes nor owners that Node could tell.
  if (process.platform === 'win32') return;
  // Once it is open, nobody can put another folder in its place.
  const opened = openAsItself(folder);
  try {
    refuseForeign(folder, fstatSync(opened));
    fchmodSync(opened, 0o700);
  } finally {
    closeSync(opened);
  }
  // Planted, if at all, before the folder was closed.
  for (const name of contents) {
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined) refuseForeign(path, found);
  }
}

function openAsItself(folder: string): number {
  try {
    return openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found !== undefined) refuseForeign(folder, found);
    throw error;
  }
}

function refuseForeign(path: string, found: Stats): void {
  const { uid } = userInfo();
  if (found.isSymbolicLink()) throw new Fault('store.untrusted', { path, what: 'a symbolic link' });
  if (found.uid !== uid)
    throw new Fault('store.untrusted', { path, what: `owned by user ${found.uid}, not by ${uid}` });
}
