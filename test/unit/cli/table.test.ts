import { describe, expect, it } from 'vitest';
import { renderTable, tableStyle } from '../../../cli/table.js';

const COLUMNS = [
  { title: 'ROUTE', shrinksTo: 8 },
  { title: 'CALLS', align: 'right' as const },
];
const PLAIN = { widthColumns: undefined, colours: false };

describe('renderTable', () => {
  it('aligns columns under their titles', () => {
    const table = renderTable(
      COLUMNS,
      [
        ['/a', '7'],
        ['/users/{id}', '120'],
      ],
      PLAIN,
    );
    expect(table).toBe('ROUTE        CALLS\n/a               7\n/users/{id}    120\n');
  });

  it('shortens what may shrink, and nothing else, to fit the terminal', () => {
    const table = renderTable(COLUMNS, [['/a-very-long-route/{id}', '120']], { ...PLAIN, widthColumns: 17 });
    expect(table).toBe('ROUTE       CALLS\n/a-very-l…    120\n');
    expect(renderTable(COLUMNS, [['/a-very-long-route', '1']], { ...PLAIN, widthColumns: 3 })).toContain(
      '/a-very…',
    );
  });

  it('goes on in further lines where words do not fit, and breaks a word only where it has to', () => {
    const columns = [{ title: 'N' }, { title: 'WORDS', shrinksTo: 8, overflow: 'wrap' as const }];
    const table = renderTable(columns, [['1', 'several words of /a/long-path']], {
      ...PLAIN,
      widthColumns: 12,
    });
    expect(table).toBe('N  WORDS\n1  several\n   words of\n   /a\n   /long-pat\n   h\n');
  });

  it('puts below a row what would make it too wide, and keeps rows whole in a pipe', () => {
    const columns = [
      { title: 'ID' },
      { title: 'RULE', shrinksTo: 10, overflow: 'wrap' as const },
      { title: 'WHO', folds: true as const, overflow: 'wrap' as const },
    ];
    const rows = [
      ['a1', 'Many failures', '0123456789-0123456789'],
      ['b2', 'One', '-'],
    ];
    expect(renderTable(columns, rows, { ...PLAIN, widthColumns: 30 })).toBe(
      'ID  RULE\n    WHO\na1  Many failures\n    0123456789-0123456789\nb2  One\n',
    );
    expect(renderTable(columns, rows, PLAIN).split('\n')[1]).toBe('a1  Many failures  0123456789-0123456789');
  });

  it('shows control characters instead of printing them: a caller can neither move the cursor nor forge a row', () => {
    const table = renderTable(COLUMNS, [['/\u001b[2Jx\r\nGET /forged\u202e', '1']], PLAIN);
    expect(table.split('\n')).toHaveLength(3);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(table).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it('colours titles on a terminal only, and not under NO_COLOR', () => {
    const terminal = { isTTY: true, columns: 80 };
    expect(tableStyle({ stdout: terminal, env: {} })).toEqual({ widthColumns: 80, colours: true });
    expect(tableStyle({ stdout: terminal, env: { NO_COLOR: '1' } }).colours).toBe(false);
    expect(tableStyle({ stdout: {}, env: {} })).toEqual({ widthColumns: undefined, colours: false });
    expect(renderTable(COLUMNS, [], { widthColumns: 80, colours: true })).toContain('\u001b[1m');
  });
});
