// dynalite ships no types. Its own server is not used: it listens on TCP by default, crashes the process on a failed
// database operation, and answers any origin. What is declared here is the engine below it (pinned, 4.0.0).

declare module 'dynalite/db/index.js' {
  export interface TableDescription {
    readonly TableStatus?: string;
  }

  export type GetTableDone = (error: unknown, table?: TableDescription) => void;

  export interface DynaliteStore {
    /** `checkStatus` may be left out; then the callback stands in its place. */
    getTable: (name: string, checkStatus: boolean | GetTableDone, done?: GetTableDone) => void;
    readonly db: {
      open(options?: { readonly maxOpenFiles: number; readonly maxFileSize: number }): Promise<void>;
      close(): Promise<void>;
      get: (key: string, done?: (error: unknown, value?: unknown) => void) => unknown;
      put: (key: string, value: unknown, done?: (error: unknown) => void) => unknown;
      readonly batch: (
        operations: readonly { readonly type: 'put'; readonly key: string; readonly value: unknown }[],
        done: (error: unknown) => void,
      ) => void;
      readonly getSync?: (key: string) => unknown;
    };
  }
  const db: {
    create(options: {
      readonly path?: string;
      readonly createTableMs?: number;
      readonly deleteTableMs?: number;
      readonly updateTableMs?: number;
    }): DynaliteStore;
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  import type { DynaliteStore } from 'dynalite/db/index.js';

  const validations: {
    checkTypes(data: unknown, types: unknown): unknown;
    checkValidations(data: unknown, types: unknown, custom: unknown, store: DynaliteStore): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*' {
  const validation: { readonly types: unknown; readonly custom: unknown };
  export default validation;
}

declare module 'dynalite/actions/*' {
  import type { DynaliteStore } from 'dynalite/db/index.js';

  const action: (
    store: DynaliteStore,
    data: unknown,
    done: (error: unknown, answer?: unknown) => void,
  ) => void;
  export default action;
}

declare module 'dynalite/db/updateParser.js' {
  export interface UpdateContext {
    /** Placeholder to name, and to value. */
    readonly attrNames?: Readonly<Record<string, string>>;
    readonly attrVals?: Readonly<Record<string, object>>;
    /** The parser takes out what it finds in use. */
    readonly unusedAttrNames: Record<string, true>;
    readonly unusedAttrVals: Record<string, true>;
  }
  export interface UpdateSection {
    readonly type: 'set' | 'remove' | 'add' | 'delete';
    readonly path: readonly (string | number)[];
    readonly val?: unknown;
    readonly attrType?: string | null | undefined;
  }
  export interface ParsedUpdate {
    readonly sections: readonly UpdateSection[];
    readonly paths: readonly UpdateSection['path'][];
    readonly nestedPaths: Readonly<Record<string, true>>;
  }
  const parser: {
    /** Text says what is wrong with the expression; a syntax error is thrown. */
    parse: (text: string, options: { readonly context: UpdateContext }) => ParsedUpdate | string;
  };
  export default parser;
}
