import { routeOf } from '../apis.js';
import { role } from '../benign/population.js';
import { hashText, mix } from '../random.js';
import { sdk } from '../user-agents.js';
import { makeCall, scaleOf, type TrafficSource } from '../world.js';

const DAY_MS = 86_400_000;

/** A job that reads every invoice, every night, in order of id: by shape an enumeration, by identity an IAM role. */
export const nightlyJob: TrafficSource = {
  name: 'nightly-job',
  *run(world, random) {
    const api = world.api('billing');
    const incident = world.incident('benign', 'nightly-job', api);
    const owner = hashText('nightly-job');
    const client = {
      ip: world.addresses.v4('hosting', world.seed, owner),
      userAgent: sdk(mix(owner, 1)),
      identity: role(owner, 0, 'nightly-reconciliation'),
    };
    const route = routeOf(api, 'GET /invoices/{invoiceId}');
    const invoices = Math.round(Math.max(120, 4500 * scaleOf(world)));
    const perSecond = random.between(8, 25);
    const beginsMs = random.between(1, 3.5) * 3_600_000;
    for (let midnight = world.startMs; midnight < world.endMs; midnight += DAY_MS) {
      let timeMs = midnight + beginsMs + random.between(0, 120_000);
      for (let invoice = 0; invoice < invoices; invoice++) {
        timeMs += random.exponential(1000 / perSecond);
        yield timeMs;
        const draw = random.float();
        // Invoices that were cancelled are gone; now and then the function behind it is too slow.
        const outcome =
          draw < 0.004
            ? { status: 404 }
            : draw < 0.005
              ? { status: 504, errorType: 'INTEGRATION_TIMEOUT' }
              : { status: 200 };
        world.emit(
          makeCall({ api, route, timeMs, client, numbers: [invoice], incident, ...outcome }, random),
        );
      }
    }
  },
};
