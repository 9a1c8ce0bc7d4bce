import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CODE = /\.(ts|mjs|cjs)$/;

/** Code files of the project, tracked or new, without generated ones. */
export function sourceFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  return listed.split('\n').filter((name) => CODE.test(name) && existsSync(name));
}
