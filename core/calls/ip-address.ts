import ipaddr from 'ipaddr.js';

// ipaddr.js also reads octal, hexadecimal and short forms (`1.2.3`, `0x7f.1`); a log never holds those, an attacker's
// `X-Forwarded-For` does. Hence the strict forms first.
const V6 = /^[0-9a-fA-F:]{2,39}(?:(?<=:)(?:\d{1,3}\.){3}\d{1,3})?$/;

/**
 * An address in its one canonical form: IPv4 dotted, IPv6 per RFC 5952, IPv4-mapped IPv6 as the IPv4 address it is.
 * `undefined` for anything else, ports and zone ids included.
 */
export function normaliseIp(text: string): string | undefined {
  if (isIpv4(text)) return text;
  if (!V6.test(text) || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/** Four decimal octets without leading zeros. By hand: every line has an address, and nearly all of them differ. */
export function isIpv4(text: string): boolean {
  const { length } = text;
  if (length < 7 || length > 15) return false;
  let octets = 1;
  let octet = -1;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (octet < 0) return false;
      octets++;
      octet = -1;
    } else {
      const digit = code - 48;
      // A digit behind a lone zero is a leading zero: octal to some readers.
      if (digit < 0 || digit > 9 || octet === 0) return false;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return false;
    }
  }
  return octets === 4 && octet >= 0;
}

const DOT = 46;
