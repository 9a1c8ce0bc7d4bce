import ipaddr from 'ipaddr.js';

// ipaddr.js also reads octal, hexadecimal and short forms (`1.2.3`, `0x7f.1`); a log never holds those, an attacker's
// `X-Forwarded-For` does. Hence the strict forms first.
const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;
const V6 = /^[0-9a-fA-F:]{2,39}(?:(?<=:)(?:\d{1,3}\.){3}\d{1,3})?$/;

/**
 * An address in its one canonical form: IPv4 dotted, IPv6 per RFC 5952, IPv4-mapped IPv6 as the IPv4 address it is.
 * `undefined` for anything else, ports and zone ids included.
 */
export function normaliseIp(text: string): string | undefined {
  if (V4.test(text)) return text;
  if (!V6.test(text) || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}
