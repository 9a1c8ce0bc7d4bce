import { randomUUID } from 'node:crypto';
import { runStoreContract } from '../contract/store-contract.js';
import { storesUnderTest } from '../support/dynamo/make-stores.js';
import { createMotoTables, motoDynamo } from '../support/emulators/moto.js';

runStoreContract('moto', async () => {
  const client = motoDynamo();
  const tables = await createMotoTables(client, `contract-${randomUUID()}-`);
  return storesUnderTest(client, tables, async () => client.destroy(), { oneRequestAtATime: true });
});
