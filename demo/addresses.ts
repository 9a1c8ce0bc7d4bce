import { mix } from './random.js';

/** `wide`: public-looking ranges, as many different addresses as real traffic has; `documentation`: RFC 5737 and 3849. */
export type AddressRange = 'wide' | 'documentation';

/** First octets of large consumer, carrier and hosting networks; none holds reserved or private space as used here. */
const CONSUMER = [
  24, 31, 46, 62, 71, 73, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94,
];
const CARRIER = [37, 95, 176, 178, 188, 212];
const HOSTING = [3, 13, 18, 34, 35, 52, 54, 134, 159, 165, 167];
const ROUGH = [5, 45, 103, 141, 146, 185, 193, 194];
const SEARCH = [66];
const DOCUMENTATION = ['192.0.2', '198.51.100', '203.0.113'];

export type Network = 'consumer' | 'carrier' | 'hosting' | 'rough' | 'search';
const OCTETS: Readonly<Record<Network, readonly number[]>> = {
  consumer: CONSUMER,
  carrier: CARRIER,
  hosting: HOSTING,
  rough: ROUGH,
  search: SEARCH,
};

/** Addresses by owner: the same owner and number always have the same one. */
export class AddressBook {
  constructor(
    private readonly range: AddressRange,
    private readonly seed: number,
  ) {}

  /** An IPv4 address in the given network. */
  v4(network: Network, owner: number, n: number): string {
    const h = mix(mix(this.seed, owner), n);
    if (this.range === 'documentation') return `${DOCUMENTATION[h % 3]}.${1 + ((h >>> 8) % 254)}`;
    const octets = OCTETS[network];
    const second = network === 'search' ? 249 : (h >>> 8) & 0xff;
    return `${octets[h % octets.length]}.${second}.${(h >>> 16) & 0xff}.${1 + ((h >>> 24) % 254)}`;
  }

  /** A household's address: one in twelve is IPv6 where the API is dual-stack. */
  home(owner: number, n: number): string {
    const h = mix(mix(this.seed, owner), n);
    if (h % 12 !== 0 && this.range === 'wide') return this.v4('consumer', owner, n);
    const prefix = this.range === 'wide' ? `2a02:${(h % 4096).toString(16)}` : '2001:db8';
    const low = mix(h, owner);
    return `${prefix}:${(h >>> 16).toString(16)}:${(low & 0xffff).toString(16)}:${(low >>> 16).toString(16)}:${(h & 0xffff).toString(16)}:${(mix(low, 1) & 0xffff).toString(16)}:${((mix(low, 2) & 0x7fff) + 1).toString(16)}`;
  }

  /** A carrier puts many phones behind few addresses: the trap of every rule that takes an address for a person. */
  carrier(owner: number, phone: number, addresses: number): string {
    return this.v4('carrier', owner, mix(owner, phone) % addresses);
  }
}
