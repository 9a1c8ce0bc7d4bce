import type { Readable, Writable } from 'node:stream';

/** What a command may touch of the process it runs in; tests give it their own. */
export interface CliIo {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  nowMs(): number;
  /** 0 done, 1 found something, 2 bad usage or input; the highest that was set counts. */
  setExitCode(code: 0 | 1 | 2): void;
}

/** Bad usage or input: the command says what was seen and what would be right, and the process ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Writes text and waits while the reader is slower than we are: a pipe must not fill our memory. */
export async function write(stream: Writable, text: string): Promise<void> {
  if (stream.write(text) || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      stream.off('error', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
    stream.on('error', done);
  });
}

/** Text from a log as it may be shown on a terminal: control characters could move its cursor or forge its lines. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}
