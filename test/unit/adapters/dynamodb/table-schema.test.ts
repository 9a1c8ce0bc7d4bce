import { describe, expect, it } from 'vitest';
import { createTableParams } from '../../../../adapters/dynamodb/create-table-params.js';
import { TABLE_SCHEMAS, TABLES, tableNames } from '../../../../adapters/dynamodb/table-schema.js';

describe('the table schema', () => {
  it('names four tables, each under the prefix', () => {
    expect(TABLES).toEqual(['Inventory', 'Findings', 'Trail', 'State']);
    expect(tableNames('gatewarden-')).toMatchObject({ Trail: 'gatewarden-Trail', State: 'gatewarden-State' });
  });

  it('gives every index a name that DynamoDB takes', () => {
    const names = TABLES.flatMap((table) => TABLE_SCHEMAS[table].indexes.map(({ name }) => name));
    expect(names.length).toBeGreaterThanOrEqual(5);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_.-]{3,255}$/);
  });

  it('defines exactly the attributes that keys use', () => {
    for (const table of TABLES) {
      const {
        AttributeDefinitions = [],
        KeySchema = [],
        GlobalSecondaryIndexes = [],
      } = createTableParams(table, 'x-table');
      const used = [KeySchema, ...GlobalSecondaryIndexes.map((index) => index.KeySchema ?? [])].flat();
      expect(new Set(AttributeDefinitions.map(({ AttributeName }) => AttributeName))).toEqual(
        new Set(used.map(({ AttributeName }) => AttributeName)),
      );
    }
  });
});
