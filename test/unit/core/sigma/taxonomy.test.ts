import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CALL_FIELDS, callField } from '../../../../core/sigma/taxonomy.js';
import { renderTaxonomy } from '../../../../tools/render-taxonomy.js';
import { sampleCall } from './sample-call.js';

describe('the taxonomy', () => {
  it('publishes every plain key of a call under its own name', () => {
    const nested = new Set(['request', 'response', 'extra']);
    const keys = Object.keys(sampleCall()).filter((key) => !nested.has(key));
    expect(keys.length).toBeGreaterThan(30);
    const groupable = CALL_FIELDS.filter((field) => field.groupable).map((field) => field.name);
    expect(groupable.filter((name) => name !== 'query').sort()).toEqual(
      keys.filter((key) => key !== 'query').sort(),
    );
  });

  it('reads the field it names', () => {
    for (const [key, value] of Object.entries(sampleCall({ query: 'a=b' })))
      if (callField(key) !== undefined)
        expect(callField(key)?.read(sampleCall({ query: 'a=b' })), key).toBe(value);
  });

  it('is what docs/taxonomy.md says', () => {
    expect(readFileSync('docs/taxonomy.md', 'utf8')).toBe(renderTaxonomy());
  });
});
