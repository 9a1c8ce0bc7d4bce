import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problemOf } from '../adapters/files/byte-source.js';

export interface ListedFile {
  /** `-` is standard input. */
  readonly path: string;
  /** As it lies on the disk; `undefined` for what has no size. */
  readonly sizeBytes: number | undefined;
}

export interface Listing {
  readonly files: readonly ListedFile[];
  /** What was named and cannot be read, in words. */
  readonly problems: readonly string[];
}

/**
 * The files named, in this order, and those below each folder named, by path: without hidden ones, and without what
 * CloudWatch writes into a bucket to see whether it may. Each once, however often it is named.
 */
export async function listFiles(names: readonly string[]): Promise<Listing> {
  const files = new Map<string, ListedFile>();
  const problems: string[] = [];
  for (const name of names) {
    try {
      const found = name === '-' ? [STANDARD_INPUT] : await filesOf(name);
      if (found.length === 0)
        problems.push(`${name} is a folder without files; give a log file, or a folder of them`);
      for (const file of found) files.set(file.path, file);
    } catch (error) {
      problems.push(problemOf(name, error));
    }
  }
  return { files: [...files.values()], problems };
}

const STANDARD_INPUT: ListedFile = { path: '-', sizeBytes: undefined };

const WRITE_TEST = 'aws-logs-write-test';

async function filesOf(name: string): Promise<readonly ListedFile[]> {
  const facts = await stat(name);
  if (!facts.isDirectory()) return [{ path: name, sizeBytes: facts.isFile() ? facts.size : undefined }];
  const files: ListedFile[] = [];
  await gather(name, files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Links to folders are not followed: one that leads upwards would never end, or lead out of what was named. */
async function gather(folder: string, files: ListedFile[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || entry.name === WRITE_TEST) continue;
    const whole = join(folder, entry.name);
    if (entry.isDirectory()) {
      await gather(whole, files);
      continue;
    }
    // A link is followed to a file; one that leads nowhere is met when it is read.
    const found = await stat(whole).catch(() => undefined);
    if (found === undefined || found.isFile()) files.push({ path: whole, sizeBytes: found?.size });
  }
}
