import type { CliIo } from './cli-io.js';

/** One line on a terminal's standard error that redraws itself; nothing where there is no terminal. */
export interface ProgressLine {
  /** `done` from 0 to 1; `undefined` where the end is not known. */
  show(done: number | undefined, text: string): void;
  clear(): void;
}

const BAR_CELLS = 30;
const REDRAW_MS = 100;
/** Before this a forecast is a guess. */
const FORECAST_AFTER_MS = 2_000;

export function progressLine(io: Pick<CliIo, 'stdout' | 'stderr' | 'nowMs'>): ProgressLine {
  const isShown = io.stderr.isTTY === true;
  const columns = io.stdout.columns ?? 80;
  const startedMs = io.nowMs();
  let drawnMs = 0;
  return {
    show(done, text) {
      const nowMs = io.nowMs();
      if (!isShown || nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      const part = done === undefined ? undefined : Math.min(1, Math.max(0, done));
      const line = part === undefined ? text : `${bar(part)}  ${text}${left(part, nowMs - startedMs)}`;
      // Longer than the terminal it would leave its beginning behind on the line above.
      const fitting = line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
      io.stderr.write(`\r${fitting}\u001b[K`);
    },
    clear() {
      if (isShown) io.stderr.write('\r\u001b[K');
    },
  };
}

function bar(done: number): string {
  const full = Math.round(done * BAR_CELLS);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)} ${String(Math.floor(done * 100)).padStart(3)} %`;
}

function left(done: number, elapsedMs: number): string {
  if (elapsedMs < FORECAST_AFTER_MS || done === 0) return '';
  const seconds = Math.ceil((elapsedMs * (1 - done)) / done / 1000);
  return seconds < 100 ? `  ${seconds} s left` : `  ${Math.ceil(seconds / 60)} min left`;
}
