import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSamples } from '../../../demo/write-samples.js';

describe('the shipped samples', () => {
  it('are exactly what the simulator writes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'samples-'));
    try {
      await writeSamples(folder);
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      expect(files.length).toBeGreaterThan(25);
      for (const { parentPath, name } of files) {
        const path = join(parentPath, name);
        const shipped = await readFile(join('samples', path.slice(folder.length + 1)), 'utf8');
        expect(await readFile(path, 'utf8'), path.slice(folder.length + 1)).toBe(shipped);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
