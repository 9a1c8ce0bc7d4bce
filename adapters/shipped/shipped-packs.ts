// Written by `npm run ship-rules` from rules/; a test compares the two.
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
import type { RulePack } from '../../core/sigma/rule-pack.js';

/** The packs of rules/, parsed. */
export const shippedPacks: readonly RulePack[] = [
  { "name": "baseline", "version": "1.0.0", "title": "What every API should be watched for", "rules": [{ "id": "5ce6a55c-653e-4fe9-8213-3b7d5f2cecd4", "state": "active" }, { "id": "c90d9e90-7e63-4160-8df8-1e80e87e4ab3", "state": "active" }, { "id": "b0f26f63-05bc-41d1-9686-11dbfad62ca2", "state": "active" }, { "id": "073afe9d-e496-40a8-8a30-19700a321d0e", "state": "active" }, { "id": "d3924e2e-e711-42d2-a1b5-e9bfeeba7890", "state": "active" }, { "id": "8d82b767-63d3-4021-97a4-9fcf83c3b976", "state": "active" }, { "id": "331dcca6-8a8c-4771-a194-83c57d9d759c", "state": "active" }, { "id": "237fcf51-09e0-4ef8-94a2-76407024f429", "state": "active" }, { "id": "7a78fec7-cea5-4620-8cc3-cc1d6ed7d36e", "state": "active" }, { "id": "b0d5b20a-ec2e-4880-a98f-08cd77002d86", "state": "active" }, { "id": "bc4601b2-e175-4a58-9149-13458240bac3", "state": "active" }, { "id": "e5dadba5-8ef0-43ad-8283-a11013195127", "state": "active" }, { "id": "de48c56c-e8a6-4100-85cc-94e17ea32d2a", "state": "active" }, { "id": "78105306-bb1d-4f87-a7ee-4a09928fb81c", "state": "active" }, { "id": "c4ad3d17-5f53-46a1-99bb-8a410abdab1f", "state": "active" }, { "id": "23061872-0698-4925-93dc-c5d75f5b6ed9", "state": "active" }] },
];
