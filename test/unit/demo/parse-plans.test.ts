import { describe, expect, it } from 'vitest';
import { parsePlans } from '../../../demo/benign/parse-plans.js';
import { POPULATIONS } from '../../../demo/benign/populations.js';

describe('the plans of sessions', () => {
  it('are read a line each, with weight, route, how often, and pause', () => {
    const text = `
      # A comment.
      0.5: GET /orders 1 300, GET /orders/{orderId} 0-2 5000
      3: POST /login 1 700
    `;
    expect(parsePlans(text)).toEqual([
      [
        0.5,
        [
          ['GET /orders', 1, 1, 300],
          ['GET /orders/{orderId}', 0, 2, 5000],
        ],
      ],
      [3, [['POST /login', 1, 1, 700]]],
    ]);
  });

  it.each(['GET /orders 1 300', 'x: GET /orders 1 300', '1:', '1: GET /orders', '1: GET /orders 1-x 300'])(
    'are refused when they are %s',
    (text) => {
      expect(() => parsePlans(text)).toThrow(/expected a (plan|step) such as/);
    },
  );

  it('leave no population without one', () => {
    expect(POPULATIONS.length).toBeGreaterThan(10);
    for (const { plans } of POPULATIONS) expect(plans.length).toBeGreaterThan(0);
  });
});
