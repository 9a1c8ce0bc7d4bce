import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { takeFolder } from './own-folder.js';

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
  if (Buffer.byteLength(inside) <= SOCKET_PATH_MAX_BYTES) return inside;
  const name = `${hash}.sock`;
  return join(runtimeFolder(name), name);
}

/** In a shared temporary folder its owner reads what we send: it has to be ours. */
function runtimeFolder(socketName: string): string {
  const folder = join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `gatewarden-${userInfo().uid}`);
  takeFolder(folder, [socketName]);
  return folder;
}
