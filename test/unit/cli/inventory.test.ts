import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inventoryCommand } from '../../../cli/inventory.js';
import { run } from '../../../cli/program.js';
import { capturedIo } from './captured-io.js';
import { filledFolder, NOW, runOn } from './filled-folder.js';

const folder = filledFolder();
const inventory = (args: readonly string[], terminalColumns?: number) =>
  runOn(folder.dir, (io) => inventoryCommand(io), args, terminalColumns);

describe('gatewarden inventory', () => {
  it('lists each API with its endpoints and calls', async () => {
    const { out, exitCode } = await inventory(['list']);
    expect(out()).toMatchInlineSnapshot(`
      "API         TYPE  ACCOUNT       REGION        ENDPOINTS  CALLS  4XX  5XX  LAST SEEN
      a1b2c3d4e5  rest  123456789012  eu-central-1          2     15    1    1  2024-03-09 12:00Z
      otherapi00  rest  123456789012  eu-central-1          1      1    0    0  2024-03-09 11:59Z
      "
    `);
    expect(exitCode()).toBe(0);
  });

  it('shows the endpoints of one API, values that only distinctness tells as {name}', async () => {
    expect((await inventory(['show', 'a1b2c3d4e5'])).out()).toMatchInlineSnapshot(`
      "METHOD  ROUTE                   CALLS  2XX  4XX  5XX  FIRST SEEN         LAST SEEN
      GET     (unmatched)                 1    0    1    0  2024-03-09 11:59Z  2024-03-09 11:59Z
      GET     /shops/{name}/products     12   12    0    0  2024-03-09 11:49Z  2024-03-09 12:00Z
      GET     /users/{id}                 2    1    0    1  2024-03-09 11:59Z  2024-03-09 11:59Z
      "
    `);
  });

  it('prints stable JSON, the same on every run', async () => {
    const first = (await inventory(['list', '--json'])).out();
    expect((await inventory(['list', '--json'])).out()).toBe(first);
    expect(JSON.parse(first)).toMatchObject({
      apis: [
        {
          apiId: 'a1b2c3d4e5',
          apiType: 'rest',
          endpoints: [
            { method: 'GET', route: '(unmatched)', calls: 1 },
            {
              method: 'GET',
              route: '/shops/{name}/products',
              calls: 12,
              host: null,
              statusClasses: { '2xx': 12 },
            },
            { method: 'GET', route: '/users/{id}', calls: 2, statusClasses: { '2xx': 1, '5xx': 1 } },
          ],
        },
        { apiId: 'otherapi00', endpoints: [{ method: 'GET', route: '/health', calls: 1 }] },
      ],
    });
  });

  it('lists when no subcommand is named', async () => {
    expect((await inventory(['--json'])).out()).toBe((await inventory(['list', '--json'])).out());
  });

  it('refuses an option it does not know without ending the process', async () => {
    const { io, err, exitCode } = capturedIo(NOW);
    await run(['inventory', 'list', '--nonsense'], io);
    expect([exitCode(), err()]).toEqual([2, expect.stringContaining("unknown option '--nonsense'")]);
  });

  it('says which APIs there are when the one asked for is not, or none was named', async () => {
    await expect(inventory(['show', 'nope'])).rejects.toThrow(/"nope".*"a1b2c3d4e5", "otherapi00"/);
    await expect(inventory(['show'])).rejects.toThrow(/there are 2/);
  });

  it('does not make a data folder where there is none', async () => {
    const { io } = capturedIo(NOW);
    const missing = join(folder.dir, 'missing');
    await expect(
      inventoryCommand(io).parseAsync(['list', '--data', missing], { from: 'user' }),
    ).rejects.toThrow(/no data in .*--data DIR/);
  });

  it('keeps to the width of the terminal', async () => {
    const { out } = await inventory(['show', 'a1b2c3d4e5'], 90);
    for (const line of stripVTControlCharacters(out()).split('\n'))
      expect([...line].length).toBeLessThanOrEqual(90);
  });
});
