import type { LineCounter, Node } from 'yaml';

/** One thing that is wrong with a rule file; parsing reports all of them together. */
export interface RuleProblem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly what: string;
  /** The value seen, cut to 120 characters; empty when nothing was there. */
  readonly seen: string;
  /** What would be right. */
  readonly expected: string;
}

export interface Complaint {
  readonly what: string;
  readonly seen?: unknown;
  readonly expected: string;
}

/** Collects the problems of one file, each at the place of a YAML node. */
export class ProblemReporter {
  readonly problems: RuleProblem[] = [];

  constructor(
    readonly file: string,
    private readonly lines: LineCounter,
  ) {}

  /** Reports at a node, or at a character offset; always answers `undefined`, so that a parser can return it. */
  report(at: Node | number | null | undefined, complaint: Complaint): undefined {
    const offset = typeof at === 'number' ? at : (at?.range?.[0] ?? 0);
    const { line, col } = this.lines.linePos(offset);
    this.problems.push({
      file: this.file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      what: complaint.what,
      seen: show(complaint.seen),
      expected: complaint.expected,
    });
    return undefined;
  }
}

/** `file:line:column: what (seen …); expected …`, for terminals and messages. */
export function describeProblem(problem: RuleProblem): string {
  const seen = problem.seen === '' ? '' : ` (seen: ${problem.seen})`;
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.what}${seen}; ${problem.expected}`;
}

function show(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
