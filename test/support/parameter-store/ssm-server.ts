import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, HttpServer } from '../http-server.js';

interface Kept {
  readonly value: string;
  readonly type: string;
  readonly advanced: boolean;
}

/** What the adapter uses of Parameter Store, with its limits (4 and 8 KB, ten a page, no way back from the advanced tier). */
export class SsmServer {
  readonly parameters = new Map<string, Kept>();
  /** Operations in the order they came, those that were throttled too. */
  readonly operations: string[] = [];
  /** So many of the next requests are throttled. */
  throttles = 0;
  /** The error that every request is answered with. */
  fails: string | undefined;
  readonly #server = new HttpServer((request, response) => this.#answer(request, response));

  async start(): Promise<string> {
    return `http://${await this.#server.start()}`;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  set(name: string, value: string, type = 'String'): void {
    this.parameters.set(name, { value, type, advanced: value.length > 4096 });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(request.headers['x-amz-target']).replace('AmazonSSM.', '');
    const input = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
    this.operations.push(operation);
    const [status, body] = this.#run(operation, input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  }

  #run(operation: string, input: Record<string, unknown>): readonly [number, object] {
    if (this.fails !== undefined) return [400, { __type: this.fails, message: 'no' }];
    if (this.throttles > 0) {
      this.throttles -= 1;
      return [400, { __type: 'ThrottlingException', message: 'Rate exceeded' }];
    }
    if (operation === 'GetParametersByPath') return [200, this.#page(input)];
    const name = String(input['Name']);
    if (operation === 'DeleteParameter')
      return this.parameters.delete(name) ? [200, {}] : [400, { __type: 'ParameterNotFound' }];
    const value = String(input['Value']);
    const wasAdvanced = this.parameters.get(name)?.advanced === true;
    if (input['Tier'] === 'Standard' && (wasAdvanced || value.length > 4096))
      return [400, { __type: 'ValidationException', message: 'the tier does not fit' }];
    if (value.length > 8192) return [400, { __type: 'ValidationException', message: 'too large' }];
    const advanced = wasAdvanced || input['Tier'] === 'Advanced' || value.length > 4096;
    this.parameters.set(name, { value, type: String(input['Type']), advanced });
    return [200, { Version: 1 }];
  }

  #page(input: Record<string, unknown>): object {
    const path = `${String(input['Path'])}/`;
    const from = Number(input['NextToken'] ?? 0);
    const size = Number(input['MaxResults'] ?? 10);
    const names = [...this.parameters.keys()].filter((name) => name.startsWith(path)).sort();
    return {
      Parameters: names.slice(from, from + size).map((Name) => {
        const kept = this.parameters.get(Name);
        return { Name, Value: kept?.value, Type: kept?.type, Version: 1 };
      }),
      ...(from + size < names.length && { NextToken: String(from + size) }),
    };
  }
}
