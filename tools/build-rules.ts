import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readShippedRules } from './read-shipped-rules.js';

/** `tsx tools/build-rules.ts [target]`: writes the shipped rules as JSON, by default to `dist/rules.json`. */
const root = new URL('../', import.meta.url);
const target = process.argv[2] ?? fileURLToPath(new URL('dist/rules.json', root));
const shipped = readShippedRules(fileURLToPath(new URL('rules/', root)));
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, `${JSON.stringify(shipped, null, 1)}\n`);
console.log(`${shipped.rules.length} rules in ${shipped.packs.length} pack(s) → ${target}`);
