import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import * as v from 'valibot';

/**
 * `npm run score -- [--seeds N] [--days D] [--calls N] [--seed S …]`: the demo over seeds drawn now (or those named), so that
 * detection and false alarms are measured on traffic that nobody tuned to. Prints each seed, then the totals, by a strict measure
 * and a lenient one (`scoreAlerts`), and what is a false alarm by the strict one.
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
  alerts: v.array(
    v.object({
      ruleId: v.string(),
      true: v.boolean(),
      trueByEvidence: v.boolean(),
      evidence: v.record(v.string(), v.number()),
      why: v.string(),
    }),
  ),
  attacks: v.array(v.object({ id: v.string(), found: v.boolean(), foundByEvidence: v.boolean() })),
  lookAlikes: v.array(v.object({ id: v.string(), silent: v.boolean() })),
  falseAlarms: v.number(),
  falseAlarmsByEvidence: v.number(),
});
type Result = v.InferOutput<typeof RESULT>;

/** One way to tell a true alert from a false one. */
interface Measure {
  readonly name: string;
  readonly found: (attack: Result['attacks'][number]) => boolean;
  readonly falseAlarms: (result: Result) => number;
}

const MEASURES: readonly Measure[] = [
  {
    name: "strict (most of an alert's evidence is an attack's)",
    found: (attack) => attack.foundByEvidence,
    falseAlarms: (result) => result.falseAlarmsByEvidence,
  },
  {
    name: "lenient (its group names an attack's actor, and times overlap)",
    found: (attack) => attack.found,
    falseAlarms: (result) => result.falseAlarms,
  },
];

function demo(seed: string): Result {
  const args = ['dist/gatewarden.js', 'demo', '--json', '--seed', seed];
  args.push('--days', values.days, '--calls', values.calls);
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(`seed ${seed} failed: ${run.stderr}`);
  return v.parse(RESULT, JSON.parse(run.stdout));
}

// Else an older build would be measured, or none.
if (spawnSync('npx', ['tsx', 'tools/build.ts'], { stdio: 'inherit' }).status !== 0)
  throw new Error('the CLI could not be built');
const results: Result[] = [];
for (const seed of seeds) {
  const result = demo(seed);
  results.push(result);
  const loud = result.lookAlikes.filter(({ silent }) => !silent).map(({ id }) => id);
  const fired = loud.length === 0 ? '' : `, look-alikes that fired: ${loud.join(', ')}`;
  console.log(`seed ${seed}: ${result.calls} calls${fired}`);
  for (const { name, found, falseAlarms } of MEASURES) {
    const missed = result.attacks.filter((attack) => !found(attack)).map(({ id }) => id);
    const without = missed.length === 0 ? '' : ` (missed ${missed.join(', ')})`;
    const share = `${result.attacks.length - missed.length}/${result.attacks.length}`;
    console.log(`  ${name}: attacks found ${share}${without}, false alarms ${falseAlarms(result)}`);
  }
  for (const { ruleId, trueByEvidence, evidence, why } of result.alerts)
    if (!trueByEvidence)
      console.log(`  false by the strict measure: ${ruleId} ${JSON.stringify(evidence)} ${why}`);
}

const sum = (of: (result: Result) => number): number =>
  results.reduce((total, result) => total + of(result), 0);
const days = sum((result) => result.days);
const lookAlikes = sum((result) => result.lookAlikes.length);
const silent = sum((result) => result.lookAlikes.filter((one) => one.silent).length);
console.log(
  `${seeds.length} seeds, ${days} days, ${sum(({ calls }) => calls)} calls: look-alikes silent ${silent}/${lookAlikes}`,
);
for (const { name, found, falseAlarms } of MEASURES) {
  const share = `${sum(({ attacks }) => attacks.filter(found).length)}/${sum(({ attacks }) => attacks.length)}`;
  const rate = (sum(falseAlarms) / days).toFixed(2);
  const worst = Math.max(...results.map((result) => falseAlarms(result) / result.days)).toFixed(2);
  console.log(
    `  ${name}: attacks found ${share}, false alarms ${sum(falseAlarms)} (${rate} a day, worst seed ${worst} a day)`,
  );
}
