import pc from 'picocolors';
import {
  ADVANCED_DOLLARS_A_MONTH,
  STANDARD_MAX_BYTES,
  type SyncStep,
  tierOf,
} from '../../core/configuration/plan-sync.js';
import { type CliIo, printable } from '../cli-io.js';
import { fitted, textWidth } from '../fitted.js';
import { tableStyle } from '../table.js';

/** What the plan is about to change, in the words of one side or the other. */
export interface PlanWords {
  /** Where the changes go: `Parameter Store` or a folder. */
  readonly target: string;
  /** Rules that start again as drafts, by parameter. */
  readonly restarted: ReadonlyMap<string, readonly string[]>;
  /** Whether texts of more than 4 KB cost something there. */
  readonly hasTiers: boolean;
}

/** The plan for people: what is added, what changes line by line, what goes, what it costs. */
export function describePlan(steps: readonly SyncStep[], words: PlanWords, io: CliIo): string {
  const colours = pc.createColors(tableStyle(io).colours);
  const lines: string[] = [];
  for (const step of steps) {
    if (step.kind === 'add') lines.push(colours.green(`+ ${step.name}`));
    if (step.kind === 'delete')
      lines.push(
        colours.red(`- ${step.name}: deleted; its rules stop, its setting falls back to the default`),
      );
    if (step.kind === 'left')
      lines.push(`! ${step.name}: only in ${words.target}, stays (--delete removes it)`);
    if (step.kind === 'change') {
      lines.push(colours.yellow(`~ ${step.name}`));
      for (const { kind, text } of step.lines) {
        if (kind === 'added') lines.push(colours.green(`    + ${printable(text)}`));
        if (kind === 'removed') lines.push(colours.red(`    - ${printable(text)}`));
      }
    }
    for (const title of words.restarted.get(step.name) ?? [])
      lines.push(`    ${printable(title)} starts again as a draft: it stops announcing until it is promoted`);
  }
  const same = steps.filter(({ kind }) => kind === 'same').length;
  if (same > 0) lines.push(`= ${same} unchanged`);
  const advanced = words.hasTiers ? advancedNames(steps) : [];
  if (advanced.length > 0)
    lines.push(
      `${advanced.length} of more than ${STANDARD_MAX_BYTES} bytes need the advanced tier, for good: $${costOf(advanced).toFixed(2)} a month, and $0.05 for each 10,000 times one is read (${advanced.join(', ')})`,
    );
  return lines.map((line) => `${fitted(line, textWidth(io))}\n`).join('');
}

/** Names that the advanced tier is for. */
function advancedNames(steps: readonly SyncStep[]): readonly string[] {
  return steps.flatMap((step) => ('text' in step && tierOf(step.text) === 'advanced' ? [step.name] : []));
}

function costOf(advanced: readonly string[]): number {
  return advanced.length * ADVANCED_DOLLARS_A_MONTH;
}

/** The plan as `--json` shows it. */
export function planJson(steps: readonly SyncStep[], words: PlanWords, isApplied: boolean) {
  const advanced = words.hasTiers ? advancedNames(steps) : [];
  return {
    applied: isApplied,
    steps: steps.map((step) => ({
      kind: step.kind,
      name: step.name,
      ...('lines' in step && { lines: step.lines.filter(({ kind }) => kind !== 'same') }),
      ...(words.restarted.has(step.name) && { startsAgain: words.restarted.get(step.name) }),
    })),
    advanced,
    dollarsAMonth: costOf(advanced),
  };
}
