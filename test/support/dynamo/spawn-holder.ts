import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Holder {
  readonly role: string;
  /** Kinds of handles that keep its event loop alive, as Node names them. */
  readonly resources: readonly string[];
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Starts a process that holds the folder, and answers once it does. */
export async function spawnHolder(dataDir: string): Promise<Holder> {
  const script = fileURLToPath(new URL('./hold-folder.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: { role: string; resources: string[] } = JSON.parse(await firstLine(child));
  return {
    ...said,
    kill: (signal) =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill(signal);
      }),
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it held the folder`)));
  });
}
