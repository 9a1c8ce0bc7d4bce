import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import * as v from 'valibot';

/**
 * `npm run score -- [--seeds N] [--days D] [--calls N] [--seed S …]`: the demo over seeds drawn now (or those named), so that
 * detection and false alarms are measured on traffic that nobody tuned to. Prints a line a seed, then the totals.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    days: { type: 'string', default: '2' },
    calls: { type: 'string', default: '150000' },
    seed: { type: 'string', multiple: true },
  },
});
const seeds =
  values.seed ?? Array.from({ length: Number(values.seeds) }, () => String(randomInt(1, 1_000_000_000)));

const RESULT = v.object({
  days: v.number(),
  calls: v.number(),
  attacks: v.array(v.object({ id: v.string(), found: v.boolean() })),
  lookAlikes: v.array(v.object({ id: v.string(), silent: v.boolean() })),
  falseAlarms: v.number(),
});

const total = { attacks: 0, found: 0, lookAlikes: 0, silent: 0, falseAlarms: 0, days: 0, calls: 0 };
let worst = 0;
for (const seed of seeds) {
  const args = [
    'dist/gatewarden.js',
    'demo',
    '--json',
    '--seed',
    seed,
    '--days',
    values.days,
    '--calls',
    values.calls,
  ];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(`seed ${seed} failed: ${run.stderr}`);
  const result = v.parse(RESULT, JSON.parse(run.stdout));
  const missed = result.attacks.filter(({ found }) => !found).map(({ id }) => id);
  const loud = result.lookAlikes.filter(({ silent }) => !silent).map(({ id }) => id);
  total.attacks += result.attacks.length;
  total.found += result.attacks.length - missed.length;
  total.lookAlikes += result.lookAlikes.length;
  total.silent += result.lookAlikes.length - loud.length;
  total.falseAlarms += result.falseAlarms;
  total.days += result.days;
  total.calls += result.calls;
  worst = Math.max(worst, result.falseAlarms / result.days);
  console.log(
    `seed ${seed}: ${result.calls} calls, attacks found ${result.attacks.length - missed.length}/${result.attacks.length}` +
      `${missed.length === 0 ? '' : ` (missed ${missed.join(', ')})`}, false alarms ${result.falseAlarms}` +
      `${loud.length === 0 ? '' : ` (look-alikes that fired: ${loud.join(', ')})`}`,
  );
}
console.log(
  `${seeds.length} seeds, ${total.days} days, ${total.calls} calls: attacks found ${total.found}/${total.attacks}, ` +
    `look-alikes silent ${total.silent}/${total.lookAlikes}, false alarms ${total.falseAlarms} ` +
    `(${(total.falseAlarms / total.days).toFixed(2)} a day, worst seed ${worst.toFixed(2)} a day)`,
);
