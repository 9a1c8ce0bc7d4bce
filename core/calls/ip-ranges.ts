import ipaddr from 'ipaddr.js';
import { Fault } from '../fault.js';
import { normaliseIp } from './ip-address.js';

/**
 * Compiles CIDRs (or single addresses) into a test of canonical addresses: sorted ranges, binary search, so that the
 * few hundred ranges of a CDN cost no more than one. Throws `Fault('bundle.invalid')` on what is no CIDR.
 */
export function compileIpRanges(cidrs: readonly string[]): (ip: string) => boolean {
  if (cidrs.length === 0) return () => false;
  const ranges = cidrs.map(toRange).sort((a, b) => (a.first < b.first ? -1 : 1));
  const merged: Range[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && range.first <= last.last && range.first.length === last.first.length) {
      merged[merged.length - 1] = {
        first: last.first,
        last: maxText(range.last, last.last),
      };
    } else merged.push(range);
  }
  return (ip) => isWithin(merged, toHex(ipaddr.parse(ip).toByteArray()));
}

/** Whether `compileIpRanges` takes it. */
export function isIpRange(cidr: string): boolean {
  return parseRange(cidr) !== undefined;
}

function maxText(a: string, b: string): string {
  if (a > b) return a;
  return b;
}

/** First and last address as hexadecimal digits, IPv4 behind a mark that IPv6 digits never begin with. */
interface Range {
  readonly first: string;
  readonly last: string;
}

function toRange(cidr: string): Range {
  const range = parseRange(cidr);
  if (range === undefined) throw new Fault('bundle.invalid', { what: 'settings.proxies', cidr });
  return range;
}

function parseRange(cidr: string): Range | undefined {
  const [address = '', bits] = cidr.trim().split('/');
  const ip = normaliseIp(address);
  const bytes = ip === undefined ? [] : ipaddr.parse(ip).toByteArray();
  const size = bytes.length * 8;
  const length = bits === undefined ? size : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (size === 0 || length < 0 || length > size) return undefined;
  return {
    first: toHex(bytes.map((byte, at) => byte & mask(length - at * 8))),
    last: toHex(bytes.map((byte, at) => byte | (~mask(length - at * 8) & 255))),
  };
}

/** The byte of a netmask of which `bits` bits are left. */
function mask(bits: number): number {
  return bits >= 8 ? 255 : bits <= 0 ? 0 : (255 << (8 - bits)) & 255;
}

function toHex(bytes: readonly number[]): string {
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length === 4 ? `v4:${digits}` : digits;
}

function isWithin(ranges: readonly Range[], address: string): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (address < range.first) high = middle - 1;
    else if (address > range.last) low = middle + 1;
    else return true;
  }
  return false;
}
