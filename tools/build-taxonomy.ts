import { writeFileSync } from 'node:fs';
import { renderTaxonomy } from './render-taxonomy.js';

/** `tsx tools/build-taxonomy.ts`: writes docs/taxonomy.md. */
writeFileSync(new URL('../docs/taxonomy.md', import.meta.url), renderTaxonomy());
