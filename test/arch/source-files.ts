import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const CODE = /\.(ts|mjs|cjs)$/;
/** What is generated or fetched; so is every folder whose name begins with a dot. */
const NOT_OURS = new Set(['node_modules', 'dist', 'cdk.out', 'coverage']);

/** Code files of the project, without generated ones; git is not asked, so that an unpacked archive is checked too. */
export function sourceFiles(folder = '.'): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isFile()) return CODE.test(entry.name) ? [path] : [];
      return entry.isDirectory() && !NOT_OURS.has(entry.name) && !entry.name.startsWith('.')
        ? sourceFiles(path)
        : [];
    });
}
