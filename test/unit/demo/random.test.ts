import { describe, expect, it } from 'vitest';
import { EventIds, gatewayId, stableUuid, uuid } from '../../../demo/ids.js';
import { mix, Random } from '../../../demo/random.js';

describe('seeded randomness', () => {
  it('repeats with the same seed and stream, and differs with either', () => {
    const draw = (seed: number, stream: string) => {
      const random = new Random(seed, stream);
      return Array.from({ length: 8 }, () => random.u32());
    };
    expect(draw(7, 'a')).toEqual(draw(7, 'a'));
    expect(draw(7, 'a')).not.toEqual(draw(8, 'a'));
    expect(draw(7, 'a')).not.toEqual(draw(7, 'b'));
  });

  it('is uniform enough and hits both ends of a range', () => {
    const random = new Random(1, 'uniform');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const n = random.int(0, 9);
      counts[n] = (counts[n] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('has the means that its distributions promise', () => {
    const random = new Random(2, 'means');
    let exponential = 0;
    const logNormals: number[] = [];
    for (let i = 0; i < 50_000; i++) {
      exponential += random.exponential(40);
      logNormals.push(random.logNormal(100, 0.5));
    }
    logNormals.sort((a, b) => a - b);
    expect(exponential / 50_000).toBeCloseTo(40, -0.5);
    expect(Math.abs((logNormals[25_000] ?? 0) - 100)).toBeLessThan(3);
  });

  it('hashes without favouring bits', () => {
    let ones = 0;
    for (let n = 0; n < 10_000; n++) ones += mix(1, n) & 1;
    expect(Math.abs(ones - 5000)).toBeLessThan(250);
  });
});

describe('ids in the shapes of AWS', () => {
  const random = new Random(3, 'ids');

  it('makes version 4 UUIDs, random or belonging to an owner', () => {
    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    for (let i = 0; i < 200; i++) {
      expect(uuid(random)).toMatch(shape);
      expect(stableUuid(i, 5)).toMatch(shape);
    }
    expect(stableUuid(1, 2)).toBe(stableUuid(1, 2));
    expect(stableUuid(1, 2)).not.toBe(stableUuid(2, 1));
  });

  it('makes gateway ids of eleven bytes that begin with the time', () => {
    const timeMs = Date.UTC(2023, 6, 26, 12, 13, 33, 700);
    const id = gatewayId(timeMs, random, 'request');
    expect(id).toMatch(/^[A-Za-z0-9_-]{14}[AQgw]=$/);
    expect(Buffer.from(id, 'base64url')).toHaveLength(11);
    expect(id.slice(0, 4)).toBe(gatewayId(timeMs + 100, random, 'connection').slice(0, 4));
    expect(id.slice(0, 4)).not.toBe(gatewayId(timeMs + 86_400_000, random, 'request').slice(0, 4));
  });

  it('never repeats a gateway id within one instant', () => {
    const ids = new Set(Array.from({ length: 5000 }, () => gatewayId(1_700_000_000_000, random, 'request')));
    expect(ids.size).toBeGreaterThan(4995);
  });

  it('makes event ids of 56 digits that rise with time and within a put', () => {
    const events = new EventIds(random);
    const ids = [1_772_400_000_000, 1_772_400_000_000, 1_772_400_000_001, 1_772_409_999_999].map((timeMs) =>
      events.next(timeMs),
    );
    for (const id of ids) expect(id).toMatch(/^\d{56}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
