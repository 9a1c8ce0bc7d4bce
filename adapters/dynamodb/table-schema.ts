/**
 * The four tables as data: the CDK stack, the embedded store and the emulator tests all create them from here, so
 * that what is tested is what is deployed. On-demand billing everywhere; readers filter on `TTL_ATTRIBUTE`
 * themselves, because DynamoDB deletes expired items only within days.
 */
export const TABLES = ['Inventory', 'Findings', 'Trail', 'State'] as const;
export type TableName = (typeof TABLES)[number];

export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';
/** Epoch seconds. */
export const TTL_ATTRIBUTE = 'expires';

export interface IndexSchema {
  /** At least three characters: shorter names are refused by DynamoDB. */
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

export interface TableSchema {
  readonly name: TableName;
  /** Global secondary indexes; all are sparse: an item without the index's keys costs nothing there. */
  readonly indexes: readonly IndexSchema[];
}

/** Items to be listed without a scan carry `listed` (their kind) and `listedAt` (what they are ordered by). */
const LISTED = { name: 'listed', partitionKey: 'listed', sortKey: 'listedAt' } as const;

/** All keys are strings. */
export const TABLE_SCHEMAS: Readonly<Record<TableName, TableSchema>> = {
  Inventory: { name: 'Inventory', indexes: [{ ...LISTED, projection: 'ALL' }] },
  Findings: {
    name: 'Findings',
    indexes: [
      { name: 'by-status', partitionKey: 'kindStatus', sortKey: 'time', projection: 'ALL' },
      { name: 'by-api', partitionKey: 'api', sortKey: 'time', projection: 'ALL' },
      { name: 'announce', partitionKey: 'announce', sortKey: 'revision', projection: 'ALL' },
    ],
  },
  Trail: { name: 'Trail', indexes: [] },
  // Keys only: a record set aside is up to 64 KiB and read one by one.
  State: { name: 'State', indexes: [{ ...LISTED, projection: 'KEYS_ONLY' }] },
};

/** The tables' names in one account: the logical name behind a prefix, `gatewarden-Trail`. */
export type TableNames = Readonly<Record<TableName, string>>;

/** `prefix` may be empty; DynamoDB takes 3 to 255 letters, digits, `_`, `-` and `.`. */
export function tableNames(prefix: string): TableNames {
  return {
    Inventory: `${prefix}Inventory`,
    Findings: `${prefix}Findings`,
    Trail: `${prefix}Trail`,
    State: `${prefix}State`,
  };
}
