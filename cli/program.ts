import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { Fault } from '../core/fault.js';
import { alertsCommand } from './alerts.js';
import { type CliIo, printable, UsageError } from './cli-io.js';
import { decodeCommand } from './decode.js';
import { demoCommand } from './demo.js';
import { findingsCommand } from './findings.js';
import { fitted, refilled, textWidth } from './fitted.js';
import { ingestCommand } from './ingest.js';
import { inventoryCommand } from './inventory.js';
import { replayCommand } from './replay.js';
import { rulesCommand } from './rules.js';
import { statsCommand } from './stats.js';
import { trailCommand } from './trail.js';

/** Every command of the CLI. Adding one is its file and one line here. */
const COMMANDS: readonly ((io: CliIo) => Command)[] = [
  demoCommand,
  ingestCommand,
  decodeCommand,
  inventoryCommand,
  alertsCommand,
  findingsCommand,
  trailCommand,
  replayCommand,
  rulesCommand,
  statsCommand,
];

const EXAMPLES = `
Examples:
  $ gatewarden ingest access.log
  $ gatewarden alerts
  $ gatewarden demo

Each command has --help with examples, and --json. Data is kept in the folder .gatewarden, or where --data says; with
--stack NAME a command shows what is deployed on AWS. Exit codes: 0 done; 1 found what --fail-on asks for; 2 bad usage or input.`;

/** The `gatewarden` program over the given streams. It never ends the process; `run` turns failures to exit codes. */
export function buildProgram(io: CliIo): Command {
  const program = new Command('gatewarden')
    .description('API security for AWS API Gateway, in your own account or on one machine')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText('after', EXAMPLES);
  for (const command of COMMANDS) program.addCommand(command(io));
  const width = textWidth(io);
  for (const command of withSubcommands(program)) {
    command
      .showHelpAfterError(`(${pathOf(command)} --help shows what there is)`)
      .exitOverride()
      .configureOutput({
        writeOut: (text) => void io.stdout.write(refilled(text, width)),
        outputError: (text, print) => print(text.replace(/^error: /, 'gatewarden: ')),
        getOutHelpWidth: () => width,
        getErrHelpWidth: () => width,
        writeErr: (text) => void io.stderr.write(text),
      });
  }
  return program;
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** Runs one command line (without node and script) and sets the exit code. Only defects are thrown. */
export async function run(argv: readonly string[], io: CliIo): Promise<void> {
  try {
    await buildProgram(io).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version were asked for; help without a command was not.
      if (error.exitCode !== 0) io.setExitCode(2);
    } else if (error instanceof UsageError || error instanceof Fault) {
      const said = `gatewarden: ${messageOf(error)}${causeOf(error)}\n`;
      // Whoever reads them from a pipe looks for words, and wants a line to be a line.
      io.stderr.write(io.stderr.isTTY === true ? fitted(said, textWidth(io)) : said);
      io.setExitCode(2);
    } else throw error;
  }
}

/** A fault by its code and facts, for `docs/errors.md`; where the data folder is at fault, in words before. */
function messageOf(error: UsageError | Fault): string {
  if (!(error instanceof Fault) || error.code !== 'store.failed') return error.message;
  const { dataDir } = error.details;
  if (dataDir === undefined) return error.message;
  return `the data folder ${String(dataDir)} cannot be used; mend it, or name another with --data DIR (${error.message})`;
}

/** What the system said, for whoever can do something about it. */
function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `\n  ${printable(cause.message)}` : '';
}

function version(): string {
  // Beside the sources in a checkout, one folder up from the built file in the package.
  for (const place of ['../package.json', './package.json', '../../package.json']) {
    try {
      const found: unknown = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      if (isPackage(found) && found.name === 'gatewarden') return found.version;
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
    }
  }
  return 'unknown';
}

function isPackage(value: unknown): value is { readonly name: string; readonly version: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'version' in value &&
    typeof value.version === 'string'
  );
}
