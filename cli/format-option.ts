import { readFile } from 'node:fs/promises';
import { compileFormat } from '../core/calls/format/compile-format.js';
import { type CliIo, UsageError, write } from './cli-io.js';

/**
 * The format that `--format STR` or `--format @FILE` gives, compiled once to see that it can be: throws `UsageError` with
 * every problem at once; warnings go to standard error.
 */
export async function checkedFormat(option: string, io: CliIo): Promise<string> {
  const format = await readFormat(option);
  const compiled = compileFormat(format);
  const problems = compiled.kind === 'invalid' ? compiled.problems : compiled.warnings;
  const lines = problems.map(
    ({ message, seen, expected }) => `${message}: seen ${seen}, expected ${expected}`,
  );
  if (compiled.kind === 'invalid') throw new UsageError(`--format: ${lines.join('\n  ')}`);
  for (const line of lines) await write(io.stderr, `warning: --format: ${line}\n`);
  return format;
}

async function readFormat(option: string): Promise<string> {
  if (!option.startsWith('@')) return option;
  try {
    return (await readFile(option.slice(1), 'utf8')).replace(/^\ufeff/, '').replace(/\r?\n$/, '');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new UsageError(
      `--format ${option}: the file cannot be read (${code}); give a path behind @, or the format itself`,
    );
  }
}
