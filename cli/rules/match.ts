import { Command } from 'commander';
import { fromStream, openFile } from '../../adapters/files/byte-source.js';
import { offsetLines } from '../../adapters/files/offset-lines.js';
import type { EventRule } from '../../core/sigma/rule-source.js';
import { amount } from '../amount.js';
import { type CliIo, printable, UsageError, write } from '../cli-io.js';
import { type CorrelatedEvents, PlainCorrelations } from './correlated-events.js';
import { readRules } from './read-rules.js';

interface MatchOptions {
  readonly rules: readonly string[];
  readonly events: string;
  readonly placeholders?: string;
  readonly timeField?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden rules match --rules rules --events events.ndjson
  $ gatewarden rules match --rules rules --events events.ndjson --json
  $ gatewarden rules match --rules rules/own.yml --events - --json < events.ndjson

Runs any Sigma rules over any JSON events, one a line (plain or gzip). Every rule is tried on every event, whatever its log source
says. --json prints one object a match: {"rule": id, "event": n}, where n counts the events from 0; blank lines do not
count. Rules that only feed a correlation (which does not say 'generate: true') print nothing of their own; correlations
print {"rule": id, "group": {…}, "events": [n…]} after the last event, one for each time span that holds a window of theirs. Events may
come in any order; their time is read from --time-field, or from where logs commonly have it. Field names are keys, or paths with dots; in lists any item counts. Windows events are read through their
envelope (Event, System, EventData). A rule with a problem is left out, a line that is not JSON skipped: both are reported on
standard error, and the exit code is 2.`;

/** `gatewarden rules match`: any rules over any events, in memory that does not grow with them. */
export function matchCommand(io: CliIo): Command {
  return new Command('match')
    .description('run any Sigma rules over any JSON events')
    .requiredOption('--rules <files...>', 'rule files, or folders of them')
    .requiredOption('--events <file>', 'JSON events, one a line; - for standard input')
    .option('--placeholders <file>', 'values of %name% placeholders: a JSON object of lists')
    .option('--time-field <name>', 'field with the time of an event, for correlations')
    .option('--json', 'print one JSON object a match')
    .addHelpText('after', EXAMPLES)
    .action((options: MatchOptions) => match(options, io));
}

async function match(options: MatchOptions, io: CliIo): Promise<void> {
  const { placeholders } = options;
  const { rules, problems, regex } = await readRules(options.rules, { logSources: 'any', placeholders });
  const [{ describeProblem }, { compilePlainRules }] = await Promise.all([
    import('../../core/sigma/parse-rules.js'),
    import('../../core/sigma/compile-rules.js'),
  ]);
  for (const problem of problems) await write(io.stderr, `${printable(describeProblem(problem))}\n`);
  const { events: file } = options;
  const source = file === '-' ? fromStream('standard input', io.stdin) : await openFile(file);
  if ('problem' in source)
    throw new UsageError(`${source.problem}; give a file of JSON events, or - for standard input`);

  const events = rules.filter((rule) => rule.kind === 'event');
  const matching = compilePlainRules(events, regex);
  const correlations = new PlainCorrelations(rules, options.timeField);
  const broken = new BrokenLines();
  let event = 0;
  for await (const { lines } of offsetLines(source.chunks)) {
    let out = '';
    for (const line of lines) {
      if (line.trim() === '') continue;
      const parsed = parseJson(line);
      if (parsed === undefined) broken.add(event);
      else {
        const matched = matching(parsed.value);
        for (const rule of matched) if (rule.alerts) out += rendered(rule, event, options);
        correlations.add(parsed.value, event, matched);
      }
      event += 1;
    }
    if (out !== '') await write(io.stdout, out);
  }
  for (const fired of correlations.finish()) await write(io.stdout, renderedFiring(fired, options));
  const troubles = [broken.describe(), untimed(correlations.untimed, options)].filter((text) => text !== '');
  for (const trouble of troubles) await write(io.stderr, `gatewarden: ${trouble}\n`);
  if (troubles.length > 0 || problems.length > 0) io.setExitCode(2);
}

function rendered(rule: EventRule, event: number, { json }: MatchOptions): string {
  if (json) return `${JSON.stringify({ rule: rule.id, event })}\n`;
  return `event ${event}: ${printable(rule.title)} (${rule.level}, ${printable(rule.id)})\n`;
}

function renderedFiring({ rule, title, group, events }: CorrelatedEvents, { json }: MatchOptions): string {
  if (json) return `${JSON.stringify({ rule, group, events })}\n`;
  const of = Object.entries(group).map(([name, value]) => `${name} ${value}`);
  return `events ${events.join(', ')}: ${printable(`${title} (${[...of, rule].join(', ')})`)}\n`;
}

function untimed(count: number, { timeField }: MatchOptions): string {
  if (count === 0) return '';
  const seen = timeField === undefined ? 'no time where logs commonly have it' : `no time in '${timeField}'`;
  return `${count} events that correlations are about have ${seen}; name the field with --time-field`;
}

function parseJson(line: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) };
  } catch {
    return undefined;
  }
}

/** Lines that are no JSON: all counted, the first named. */
class BrokenLines {
  count = 0;
  #first = 0;

  add(event: number): void {
    if (this.count === 0) this.#first = event;
    this.count += 1;
  }

  describe(): string {
    if (this.count === 0) return '';
    return `${amount(this.count, 'line')} ${this.count === 1 ? 'is' : 'are'} not JSON and skipped, first event ${this.#first}; give one JSON value a line (jq -c . makes it so)`;
  }
}
