import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSetting } from '../../../../core/settings/parse-setting.js';
import { SETTING_SCHEMAS } from '../../../../core/settings/setting-schemas.js';

const problemsOf = (name: string, text: string) => parseSetting({ name: `settings/${name}`, text }).problems;

describe('a setting', () => {
  it.each([
    ['packs', '{"baseline":"off"}'],
    ['thresholds', '{"r":{"threshold":20,"timespan":"10m","sample":8}}'],
    ['allow', '[{"reason":"office","addresses":["192.0.2.0/24","2001:db8::/32"],"rules":["r"]}]'],
    ['placeholders', '{"admins":["ana",7]}'],
    ['retention', '{"hotDays":30}'],
    ['proxies', '["192.0.2.1"]'],
    ['keepExtra', '["$context.domainName"]'],
    ['redact', '["ACME-[0-9]+"]'],
    ['budgets', '{"alertsPerDay":3}'],
  ])('%s is read: %s', (name, text) => {
    const { setting, problems } = parseSetting({ name: `settings/${name}`, text });
    expect(problems).toEqual([]);
    expect(setting?.name).toBe(name);
  });

  it('has a schema each, and each is tried here', () => {
    expect(Object.keys(SETTING_SCHEMAS)).toHaveLength(9);
  });

  it.each([
    ['retension', '{}', 1, 1, "did you mean 'retention'?"],
    ['retention', '{\n  "hotDay": 30\n}', 2, 3, "did you mean 'hotDays'?"],
    ['retention', '{\n  "hotDays": "30"\n}', 2, 14, 'write a whole number of days'],
    ['retention', '{"hotDays": 3}', 1, 13, 'write at least 7'],
    ['retention', '{"hotDays": 30,}', 1, 16, 'mend the commas'],
    ['retention', '{"hotDays": 30, "hotDays": 31}', 1, 17, 'keep one of the two'],
    ['retention', '7', 1, 1, 'write a map with hotDays'],
    ['packs', '{"baseline": true}', 1, 14, '"on" or "off"'],
    ['thresholds', '{"r": {"treshold": 5}}', 1, 8, "did you mean 'threshold'?"],
    ['thresholds', '{"r": {"timespan": "8d"}}', 1, 20, 'at most 7d'],
    ['thresholds', '{"r": {"threshold": 0}}', 1, 21, 'above 0'],
    ['allow', '[{"reason": "x"}]', 1, 2, 'at least one of'],
    ['allow', '[{"addresses": ["192.0.2.0/24"]}]', 1, 2, 'write "reason"'],
    ['proxies', '["192.0.2.0/33"]', 1, 2, 'CIDR'],
  ])('%s with %s is told at %i:%i', (name, text, line, column, expected) => {
    expect(problemsOf(name, text)).toContainEqual(
      expect.objectContaining({
        file: `settings/${name}`,
        line,
        column,
        expected: expect.stringContaining(expected),
      }),
    );
  });

  it.each([
    '['.repeat(100_000),
    '{"a":'.repeat(100_000),
    `"${'\\\\'.repeat(9)}" ${'['.repeat(100)}`,
    '- '.repeat(1000),
  ])('nested too deeply is refused before it is parsed, for that could end the process', (text) => {
    expect(problemsOf('allow', text)).toMatchObject([{ expected: 'nest at most 64 levels' }]);
  });

  it('has all its problems told at once', () => {
    const text = '[{"resson": "x", "addresses": ["a", "b"]},\n {"reason": ""}]';
    const lines = problemsOf('allow', text).map(({ line }) => line);
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(new Set(lines)).toEqual(new Set([1, 2]));
  });

  it('is a value or a list of problems, never an exception, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(SETTING_SCHEMAS), 'x', '__proto__'),
        fc.oneof(fc.string(), fc.json()),
        (name, text) => {
          const { setting, problems } = parseSetting({ name: `settings/${name}`, text });
          expect(setting === undefined).toBe(problems.length > 0);
        },
      ),
    );
  });
});
