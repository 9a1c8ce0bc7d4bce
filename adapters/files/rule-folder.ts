import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { type Parameter, RULES_PREFIX, SETTINGS_PREFIX } from '../../core/configuration/parameter.js';

/** The two parts of a configuration folder, and how their files end. */
const PARTS = [
  { prefix: RULES_PREFIX, endings: ['.yml', '.yaml'] },
  { prefix: SETTINGS_PREFIX, endings: ['.json'] },
] as const;

/**
 * The configuration as a folder of files: `rules/<name>.yml` and `settings/<name>.json`, folders within them included. What
 * ends otherwise, or is hidden, is none of ours; so are a pack's own files (`.calls.yml`, `.pack.yml`).
 */
export async function readRuleFolder(folder: string): Promise<readonly Parameter[]> {
  const found: Parameter[] = [];
  for (const { prefix, endings } of PARTS) {
    for (const path of await filesBelow(join(folder, prefix))) {
      const ending = endings.find((end) => path.endsWith(end));
      if (ending === undefined || isNotOurs(path)) continue;
      const name = `${prefix}${path.split(sep).join('/').slice(0, -ending.length)}`;
      found.push({ name, text: await readFile(join(folder, prefix, path), 'utf8') });
    }
  }
  return found;
}

export async function writeRuleFile(folder: string, { name, text }: Parameter): Promise<void> {
  const path = fileOf(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, text);
}

/** Whole or not at all, whoever reads meanwhile. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

export async function deleteRuleFile(folder: string, name: string): Promise<void> {
  await rm(fileOf(folder, name), { force: true });
}

/** Where a parameter's file lies. */
function fileOf(folder: string, name: string): string {
  return join(folder, `${name}${name.startsWith(SETTINGS_PREFIX) ? '.json' : '.yml'}`);
}

/** A name as Parameter Store has it can be a path; one that leads out of the folder is not written. */
export function isPlainName(name: string): boolean {
  return /^(rules|settings)(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/.test(name);
}

/** Changes whenever a file of the folder is added, removed or written. Cheap: no file is opened. */
export async function ruleFolderStamp(folder: string): Promise<string> {
  const stamps: string[] = [];
  for (const { prefix } of PARTS) {
    for (const path of await filesBelow(join(folder, prefix))) {
      const { mtimeMs, size } = await stat(join(folder, prefix, path));
      stamps.push(`${prefix}${path} ${mtimeMs} ${size}`);
    }
  }
  return stamps.join('\n');
}

function isNotOurs(path: string): boolean {
  return (
    path.endsWith('.calls.yml') ||
    path.endsWith('.pack.yml') ||
    path.split(sep).some((part) => part.startsWith('.'))
  );
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(folder.length)
          .replace(/^[/\\]/, ''),
      )
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
