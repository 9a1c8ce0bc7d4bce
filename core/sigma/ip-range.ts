import ipaddr from 'ipaddr.js';

/** A network as inclusive bounds: IPv4 as one number, IPv6 as its eight groups. */
export type IpRange =
  | { readonly kind: 'v4'; readonly first: number; readonly last: number }
  | { readonly kind: 'v6'; readonly groups: readonly number[]; readonly prefix: number };

const CIDR = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i;
const V6_LOOKS = /^[0-9a-f:.]{2,45}$/i;

/** Reads `192.0.2.0/24`, `2001:db8::/32` or a single address; otherwise says what is wrong. */
export function parseIpRange(text: string): IpRange | { readonly kind: 'wrong'; readonly expected: string } {
  const [, address = '', bits] = CIDR.exec(text) ?? [];
  const v4 = parseIpv4(address);
  if (v4 !== undefined) {
    const prefix = bits === undefined ? 32 : Number(bits);
    if (prefix > 32) return { kind: 'wrong', expected: 'an IPv4 prefix has at most 32 bits' };
    const size = 2 ** (32 - prefix);
    const first = Math.floor(v4 / size) * size;
    if (first !== v4)
      return { kind: 'wrong', expected: `bits are set behind the prefix: write ${dotted(first)}/${prefix}` };
    return { kind: 'v4', first, last: first + size - 1 };
  }
  const groups = parseIpv6(address);
  if (groups === undefined)
    return { kind: 'wrong', expected: 'write a network such as 192.0.2.0/24 or 2001:db8::/32' };
  const prefix = bits === undefined ? 128 : Number(bits);
  if (prefix > 128) return { kind: 'wrong', expected: 'an IPv6 prefix has at most 128 bits' };
  const masked = groups.map((group, at) => group & groupMask(prefix, at));
  if (masked.some((group, at) => group !== groups[at]))
    return {
      kind: 'wrong',
      expected: `bits are set behind the prefix: write ${new ipaddr.IPv6(masked).toString()}/${prefix}`,
    };
  return { kind: 'v6', groups, prefix };
}

/** Whether the text is an address inside the range; an IPv4 address written as IPv6 (`::ffff:…`) counts as IPv4. */
export function rangeHolds(range: IpRange, text: string): boolean {
  let v4 = parseIpv4(text);
  if (v4 !== undefined) return range.kind === 'v4' && v4 >= range.first && v4 <= range.last;
  const groups = parseIpv6(text);
  if (groups === undefined) return false;
  v4 = mappedIpv4(groups);
  if (v4 !== undefined && range.kind === 'v4') return v4 >= range.first && v4 <= range.last;
  return (
    range.kind === 'v6' &&
    range.groups.every((group, at) => ((groups[at] ?? 0) & groupMask(range.prefix, at)) === group)
  );
}

/** Strictly four decimal numbers: octal and short forms, which libraries read differently, are no addresses. */
function parseIpv4(text: string): number | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  let value = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      if (digits > 0 && part === 0) return undefined;
      part = part * 10 + code - 48;
      digits += 1;
      if (part > 255) return undefined;
    } else if (code === 46 && digits > 0 && dots < 3) {
      value = value * 256 + part;
      part = 0;
      digits = 0;
      dots += 1;
    } else {
      return undefined;
    }
  }
  return dots === 3 && digits > 0 ? value * 256 + part : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  if (!V6_LOOKS.test(text) || !text.includes(':') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.IPv6.parse(text).parts;
}

function mappedIpv4(groups: readonly number[]): number | undefined {
  const [a, b, c, d, e, f, high = 0, low = 0] = groups;
  return a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff ? high * 65536 + low : undefined;
}

function groupMask(prefix: number, at: number): number {
  const bits = Math.min(Math.max(prefix - at * 16, 0), 16);
  return (0xffff << (16 - bits)) & 0xffff;
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
