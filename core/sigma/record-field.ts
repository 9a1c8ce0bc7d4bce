import type { FieldType } from './taxonomy.js';

/** One published field of a log source whose events are plain JSON. */
export interface RecordField {
  readonly name: string;
  readonly type: FieldType;
  readonly description: string;
}

/** `field('calls', 'number', 'What it says.')`, so that a taxonomy reads as a table. */
export function recordField(name: string, type: FieldType, description: string): RecordField {
  return { name, type, description };
}
