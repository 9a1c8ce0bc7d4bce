import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingContract } from './finding-contract.js';
import { inventoryContract } from './inventory-contract.js';
import { stateContract } from './state-contract.js';
import { HOSTILE, type StoresUnderTest } from './stores-under-test.js';
import { trailContract } from './trail-contract.js';
import { windowContract } from './window-contract.js';

/**
 * What every implementation of the stores promises. Run against the embedded store in `npm test`, and against an
 * independent emulator in `npm run test:emulators`.
 */
export function runStoreContract(name: string, makeStores: () => Promise<StoresUnderTest>): void {
  describe(`stores on ${name}`, () => {
    let under: StoresUnderTest | undefined;
    const current = () => {
      if (under === undefined) throw new Error('the stores were not made');
      return under;
    };
    beforeAll(async () => {
      under = await makeStores();
    });
    afterAll(async () => {
      await under?.close();
    });

    trailContract(current);
    windowContract(current);
    findingContract(current);
    inventoryContract(current);
    stateContract(current);

    it('states what each request was charged', async () => {
      const { stores, charges } = current();
      charges.length = 0;
      await stores.state.setCursor('charged', 'x');
      await stores.state.cursor('charged');
      expect(charges.some(({ kind, units }) => kind === 'write' && units === 1)).toBe(true);
      expect(charges.some(({ kind, units }) => kind === 'read' && units > 0)).toBe(true);
    });

    it('lets nothing that a caller wrote into a key, however long it is', async () => {
      const keys = await current().allKeys();
      expect(keys.length).toBeGreaterThan(20);
      for (const key of keys) {
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
        expect(key).not.toContain(HOSTILE.slice(0, 8));
      }
    });
  });
}
