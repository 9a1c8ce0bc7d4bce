import { routeOf } from '../apis.js';
import { gatewayId } from '../ids.js';
import { hashText, mix } from '../random.js';
import { loadAt, loadOver, type Rhythm } from '../rhythm.js';
import type { Client } from '../simulated-call.js';
import { browser, sdk } from '../user-agents.js';
import { makeCall, type TrafficSource } from '../world.js';
import { role } from './population.js';

interface SocketUse {
  readonly api: string;
  readonly share: number;
  readonly rhythm: Rhythm;
  readonly users: number;
  readonly message: string;
  readonly other: string;
  readonly pauseMs: number;
}

const USES: readonly SocketUse[] = [
  {
    api: 'support-chat',
    share: 0.02,
    rhythm: 'office',
    users: 900,
    message: 'sendMessage',
    other: 'typing',
    pauseMs: 14_000,
  },
  {
    api: 'live-prices',
    share: 0.01,
    rhythm: 'machine',
    users: 40,
    message: 'subscribe',
    other: '$default',
    pauseMs: 90_000,
  },
];

/** WebSocket connections: connect, messages, disconnect; one in forty is refused or dies. */
export const socketSources: readonly TrafficSource[] = USES.map((use) => ({
  name: `sockets:${use.api}`,
  *run(world, random) {
    const api = world.api(use.api);
    const owner = mix(world.seed, hashText(use.api));
    const { mean, peak } = loadOver(use.rhythm, world.startMs, world.endMs);
    const connections = Math.max(8, (world.calls * 0.7 * use.share) / 11);
    const gapMs = (((world.endMs - world.startMs) / connections) * mean) / peak;
    for (let timeMs = world.startMs; ; ) {
      timeMs += random.exponential(gapMs);
      yield timeMs;
      if (!random.chance(loadAt(use.rhythm, timeMs) / peak)) continue;
      const user = random.int(0, use.users - 1);
      const signed = api.auth === 'iam';
      const client: Client = {
        ip: signed ? world.addresses.v4('hosting', owner, user) : world.addresses.home(owner, user),
        userAgent: signed ? sdk(mix(owner, user)) : browser(mix(owner, user)),
        identity: signed ? role(owner, user) : { kind: 'none' },
      };
      const connectionId = gatewayId(timeMs, random, 'connection');
      const say = (key: string, atMs: number, eventType: string, status = 200): void =>
        world.emit(
          makeCall(
            { api, route: routeOf(api, key), timeMs: atMs, client, eventType, connectionId, status },
            random,
          ),
        );
      const draw = random.float();
      if (draw < 0.02) {
        say('$connect', timeMs, 'CONNECT', draw < 0.005 ? 500 : 403);
        continue;
      }
      say('$connect', timeMs, 'CONNECT');
      let atMs = timeMs;
      for (let left = random.int(2, 16); left > 0; left--) {
        atMs += random.logNormal(use.pauseMs, 0.7);
        say(random.chance(0.6) ? use.message : use.other, atMs, 'MESSAGE', random.chance(0.004) ? 500 : 200);
      }
      say('$disconnect', atMs + random.logNormal(use.pauseMs, 1), 'DISCONNECT');
    }
  },
}));
