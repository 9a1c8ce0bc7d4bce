import { writeFileSync } from 'node:fs';
import { renderLogFormats } from './render-log-formats.js';
import { renderTaxonomy } from './render-taxonomy.js';

/** `npm run docs`: writes docs/taxonomy.md and docs/log-formats.md. */
writeFileSync(new URL('../docs/taxonomy.md', import.meta.url), renderTaxonomy());
writeFileSync(new URL('../docs/log-formats.md', import.meta.url), renderLogFormats());
