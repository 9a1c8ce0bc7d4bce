import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the folder and those above it, as `mkdir -p`; throws the system's error. Step by step, because Node's own `recursive` never
 * returns where the system answers ENOENT for a folder whose parent is there, as it does under `/proc`.
 */
export function makeFolder(path: string, mode: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    // Another process was faster, or it is a file: the slash makes the system tell which (ENOTDIR).
    statSync(`${path}/`);
  }
}
