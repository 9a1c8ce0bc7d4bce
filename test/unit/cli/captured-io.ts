import { PassThrough, Readable } from 'node:stream';
import type { CliIo } from '../../../cli/cli-io.js';

/** A process for a command under test: what it printed, and how it ended. */
export function capturedIo(nowMs: number, terminalColumns?: number) {
  const stdout = Object.assign(new PassThrough({ highWaterMark: 1 << 24 }), {
    isTTY: terminalColumns !== undefined,
    columns: terminalColumns ?? 0,
  });
  const stderr = Object.assign(new PassThrough({ highWaterMark: 1 << 24 }), { isTTY: false });
  let code = 0;
  const io: CliIo = {
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: {},
    nowMs: () => nowMs,
    setExitCode: (next) => {
      code = Math.max(code, next);
    },
  };
  const text = (stream: PassThrough): (() => string) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString('utf8');
  };
  return { io, out: text(stdout), err: text(stderr), exitCode: () => code };
}
