import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeNumber } from '../../../../core/calls/decimal.js';
import { isIpv4 } from '../../../../core/calls/ip-address.js';
import { isPlainToken, isUuid } from '../../../../core/calls/plain-token.js';
import { remember } from '../../../../core/calls/remember.js';

/** What the loops stand for. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TOKEN = /^(?:[\w$./-]{1,15}|[\w-]{15}=)$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

function nearly(whole: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const broken = fc
    .tuple(whole, fc.nat(40), fc.constantFrom('', ' ', '-', 'G', '=', 'é', '0', '.', '\n', '٣'))
    .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1));
  return fc.oneof(whole, broken, fc.string({ unit: 'grapheme', maxLength: 40 }));
}

const digits = (alphabet: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });

describe('values told apart by hand', () => {
  it('are UUIDs exactly when the expression says so', () => {
    fc.assert(
      fc.property(nearly(fc.uuid()), (text) => {
        expect(isUuid(text)).toBe(UUID.test(text));
      }),
    );
  });

  it('are plain tokens exactly when the expressions say so', () => {
    const token = fc.oneof(
      digits('aZ09_$./-', 15),
      digits('aZ0_-', 15).map((text) => `${text}=`),
      fc.uuid(),
      fc.string({ maxLength: 16 }),
    );
    fc.assert(
      fc.property(nearly(token), (text) => {
        expect(isPlainToken(text)).toBe(TOKEN.test(text) || UUID.test(text));
      }),
      { numRuns: 500 },
    );
  });

  it('are IPv4 addresses exactly when the expression says so', () => {
    const octets = fc.array(fc.constantFrom('0', '9', '10', '99', '100', '255', '256', '01', '', '1000'), {
      minLength: 3,
      maxLength: 5,
    });
    const address = fc.oneof(
      fc.ipV4(),
      octets.map((parts) => parts.join('.')),
    );
    fc.assert(
      fc.property(nearly(address), (text) => {
        expect(isIpv4(text)).toBe(IPV4.test(text));
      }),
      { numRuns: 500 },
    );
  });

  it('are whole numbers when they are up to fifteen digits', () => {
    fc.assert(
      fc.property(nearly(fc.nat(Number.MAX_SAFE_INTEGER).map(String)), (text) => {
        expect(wholeNumber(text)).toBe(/^[0-9]{1,15}$/.test(text) ? Number(text) : undefined);
      }),
    );
  });
});

describe('a remembered answer', () => {
  it('is the answer, however often and in whatever order it is asked for', () => {
    const texts = fc.array(fc.oneof(fc.constantFrom('a/1.0', 'a/1.1', 'b/1.0', ''), fc.string()), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(texts, (all) => {
        const known = remember((text) => `${text}!`, 8);
        for (const text of all) expect(known(text)).toBe(`${text}!`);
      }),
    );
  });

  it('is worked out once for texts that come again and again', () => {
    let asked = 0;
    const known = remember((text) => {
      asked++;
      return text.length;
    }, 2_048);
    const agents = Array.from(
      { length: 100 },
      (_, version) => `Mozilla/5.0 (X11) Gecko/20100101 Firefox/${version}.0`,
    );
    for (let round = 0; round < 5; round++) for (const agent of agents) known(agent);
    expect(asked).toBe(100);
  });
});
