// A process of its own that opens a data folder, writes, says what it holds, and stays until it is killed.
import { dynamoStores } from '../../../adapters/dynamodb/stores.js';
import { openEmbeddedStore } from '../../../adapters/embedded/embedded-store.js';

const store = await openEmbeddedStore(process.argv[2] ?? '');
const { state } = dynamoStores({ ...store, nowMs: () => Date.now() });
await state.setCursor('left-behind', 'by the holder');
console.log(JSON.stringify({ role: store.role(), resources: process.getActiveResourcesInfo() }));
setInterval(() => {}, 1000);
