import type { Population, Step } from './population.js';

const PLAN = /^(\d+(?:\.\d+)?): (\S.*)$/;
const STEP = /^([A-Z]+ \S+) (\d+)(?:-(\d+))? (\d+)$/;

/**
 * Plans of sessions as text, a line each: `3: GET /orders 1 300, GET /orders/{orderId} 0-2 5000` is a session that weighs 3, of one
 * list and up to two orders; the last number is the median pause before each call, in milliseconds. Throws on anything else.
 */
export function parsePlans(text: string): Population['plans'] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(parsePlan);
}

function parsePlan(line: string): Population['plans'][number] {
  const [, weight, steps] = PLAN.exec(line) ?? [];
  if (weight === undefined || steps === undefined)
    throw new SyntaxError(`seen ${line}, expected a plan such as 3: GET /orders 1-2 300`);
  return [Number(weight), steps.split(', ').map(parseStep)];
}

function parseStep(text: string): Step {
  const [, route, least, most = least, pauseMs] = STEP.exec(text) ?? [];
  if (route === undefined || least === undefined || pauseMs === undefined)
    throw new SyntaxError(`seen ${text}, expected a step such as GET /orders 1-2 300`);
  return [route, Number(least), Number(most), Number(pauseMs)];
}
