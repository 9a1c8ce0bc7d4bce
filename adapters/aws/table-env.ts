import * as v from 'valibot';
import type { TableNames } from '../dynamodb/table-schema.js';

const name = v.pipe(v.string(), v.minLength(3));

/** The variables that name the four tables, for any function that reads or writes them. */
export const TABLE_ENV = {
  GATEWARDEN_INVENTORY_TABLE: name,
  GATEWARDEN_FINDINGS_TABLE: name,
  GATEWARDEN_TRAIL_TABLE: name,
  GATEWARDEN_STATE_TABLE: name,
} as const;

export function toTableNames(env: Readonly<Record<keyof typeof TABLE_ENV, string>>): TableNames {
  return {
    Inventory: env.GATEWARDEN_INVENTORY_TABLE,
    Findings: env.GATEWARDEN_FINDINGS_TABLE,
    Trail: env.GATEWARDEN_TRAIL_TABLE,
    State: env.GATEWARDEN_STATE_TABLE,
  };
}
