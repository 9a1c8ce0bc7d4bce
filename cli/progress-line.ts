import type { CliIo } from './cli-io.js';

/** One line on a terminal's standard error that redraws itself; nothing where there is no terminal. */
export interface ProgressLine {
  /** `done` from 0 to 1; `undefined` where the end is not known. */
  show(done: number | undefined, text: string): void;
  clear(): void;
}

const BAR_CELLS = 30;
const REDRAW_MS = 100;

export function progressLine(io: Pick<CliIo, 'stderr' | 'nowMs'>): ProgressLine {
  const isShown = io.stderr.isTTY === true;
  let drawnMs = 0;
  return {
    show(done, text) {
      const nowMs = io.nowMs();
      if (!isShown || nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      io.stderr.write(`\r${done === undefined ? '' : bar(Math.min(1, done))}${text}\u001b[K`);
    },
    clear() {
      if (isShown) io.stderr.write('\r\u001b[K');
    },
  };
}

function bar(done: number): string {
  const full = Math.round(done * BAR_CELLS);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)} ${String(Math.round(done * 100)).padStart(3)} %  `;
}
