import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { Fault } from '../../core/fault.js';

/** A socket's path ends at 104 bytes on macOS and 108 on Linux, its closing NUL included. */
const SOCKET_PATH_MAX_BYTES = 100;

/**
 * Where the holder of a store's folder listens: in the folder itself; where that path is too long for a socket, in the
 * user's own runtime folder under a hash of it; on Windows a named pipe. Never TCP: any web page could reach it.
 */
export function socketPath(ownFolder: string, platform: NodeJS.Platform = process.platform): string {
  const folder = resolve(ownFolder);
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  if (platform === 'win32') return `\\\\.\\pipe\\gatewarden-${hash}`;
  const inside = join(folder, 'socket');
  return Buffer.byteLength(inside) <= SOCKET_PATH_MAX_BYTES ? inside : join(runtimeFolder(), `${hash}.sock`);
}

/** Refuses a folder that someone else could have put there: in a shared temporary folder its owner reads what we send. */
function runtimeFolder(): string {
  const { uid } = userInfo();
  const folder = join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `gatewarden-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0)
    throw new Fault('store.failed', { folder, error: 'not a folder of this user alone' });
  return folder;
}
