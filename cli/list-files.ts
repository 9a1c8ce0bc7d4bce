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
  /** Met in a folder, and no logs. */
  readonly skipped: readonly string[];
  /** What was named and cannot be read, in words. */
  readonly problems: readonly string[];
}

/**
 * The files named, in this order, and those below each folder named, by path: without hidden ones, without what
 * CloudWatch writes into a bucket to see whether it may, and without what is written for people (`.md`). Each once, however
 * often it is named. `wanted` says what would be right where a folder has none.
 */
export async function listFiles(
  names: readonly string[],
  wanted = 'a log file, or a folder of them',
): Promise<Listing> {
  const files = new Map<string, ListedFile>();
  const skipped = new Set<string>();
  const problems: string[] = [];
  for (const name of names) {
    try {
      const found = name === '-' ? [STANDARD_INPUT] : await filesOf(name, skipped);
      if (found.length === 0) problems.push(`${name} is a folder without files; give ${wanted}`);
      for (const file of found) files.set(file.path, file);
    } catch (error) {
      problems.push(problemOf(name, error));
    }
  }
  return {
    files: [...files.values()],
    skipped: [...skipped].filter((path) => !files.has(path)).sort(),
    problems,
  };
}

const STANDARD_INPUT: ListedFile = { path: '-', sizeBytes: undefined };

const WRITE_TEST = 'aws-logs-write-test';

async function filesOf(name: string, skipped: Set<string>): Promise<readonly ListedFile[]> {
  const facts = await stat(name);
  if (!facts.isDirectory()) return [{ path: name, sizeBytes: facts.isFile() ? facts.size : undefined }];
  const files: ListedFile[] = [];
  await gather(name, files, skipped);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Links to folders are not followed: one that leads upwards would never end, or lead out of what was named. */
async function gather(folder: string, files: ListedFile[], skipped: Set<string>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || entry.name === WRITE_TEST) continue;
    const whole = join(folder, entry.name);
    if (entry.isDirectory()) {
      await gather(whole, files, skipped);
      continue;
    }
    if (/\.md$/i.test(entry.name)) {
      skipped.add(whole);
      continue;
    }
    // A link is followed to a file; one that leads nowhere is met when it is read.
    const found = await stat(whole).catch(() => undefined);
    if (found === undefined || found.isFile()) files.push({ path: whole, sizeBytes: found?.size });
  }
}
