import { type ChildProcess, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, HttpServer } from '../http-server.js';

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly settle: (answer: { readonly ok: boolean; readonly body: string }) => void;
}

/**
 * The Lambda Runtime API (2018-06-01) on loopback, enough for AWS's own runtime client to run a bundled function:
 * next invocation, response, error. One environment, one call at a time, as in Lambda.
 */
export class FunctionUnderTest {
  readonly #queue: Invocation[] = [];
  readonly #running = new Map<string, Invocation>();
  #waiting: ServerResponse | undefined;
  #count = 0;
  #child: ChildProcess | undefined;
  #log = '';
  #ended: string | undefined;
  readonly #server = new HttpServer((request, response) => this.#serve(request, response));

  /** Starts `node` with the runtime client on the bundle in `taskRoot`. */
  async start(options: {
    readonly node: string;
    readonly runtimeClient: string;
    readonly taskRoot: string;
    readonly environment: Readonly<Record<string, string>>;
  }): Promise<void> {
    const host = await this.#server.start();
    this.#child = spawn(options.node, [options.runtimeClient], {
      cwd: options.taskRoot,
      env: {
        ...options.environment,
        AWS_LAMBDA_RUNTIME_API: host,
        _HANDLER: 'index.handler',
        AWS_LAMBDA_FUNCTION_NAME: 'function-under-test',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/function-under-test',
        AWS_LAMBDA_LOG_STREAM_NAME: 'loopback',
        LAMBDA_TASK_ROOT: options.taskRoot,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString('utf8');
      });
    }
    this.#child.on('exit', (code) => {
      this.#ended = `the runtime exited with ${code}: ${this.#log.slice(-4000)}`;
      for (const call of [...this.#running.values(), ...this.#queue])
        call.settle({ ok: false, body: this.#ended });
    });
  }

  /** What the function wrote to its log so far. */
  get log(): string {
    return this.#log;
  }

  /** Invokes the function; throws with the function's error when it failed. */
  async invoke(event: unknown): Promise<unknown> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    const answer = await new Promise<{ readonly ok: boolean; readonly body: string }>((settle) => {
      this.#count += 1;
      this.#queue.push({
        id: `00000000-0000-4000-8000-${String(this.#count).padStart(12, '0')}`,
        event,
        settle,
      });
      this.#hand();
    });
    if (!answer.ok) throw new Error(`the function failed: ${answer.body}`);
    return answer.body === '' ? undefined : (JSON.parse(answer.body) as unknown);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    await this.#server.stop();
  }

  #hand(): void {
    const response = this.#waiting;
    const call = response === undefined ? undefined : this.#queue.shift();
    if (response === undefined || call === undefined) return;
    this.#waiting = undefined;
    this.#running.set(call.id, call);
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': call.id,
      'lambda-runtime-deadline-ms': String(Date.now() + 900_000),
      'lambda-runtime-invoked-function-arn':
        'arn:aws:lambda:us-east-1:123456789012:function:function-under-test',
    });
    response.end(JSON.stringify(call.event));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts = (request.url ?? '').split('/');
    if (request.method === 'GET' && parts.at(-1) === 'next') {
      this.#waiting = response;
      this.#hand();
      return;
    }
    const body = await bodyOf(request);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
    const id = parts.at(-2) ?? '';
    this.#running.get(id)?.settle({ ok: parts.at(-1) === 'response', body });
    this.#running.delete(id);
  }
}
