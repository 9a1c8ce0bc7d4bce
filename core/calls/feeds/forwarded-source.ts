import { normaliseIp } from '../ip-address.js';
import { compileIpRanges } from '../ip-ranges.js';

export interface ForwardedSource {
  readonly sourceIp: string | undefined;
  /** Whether it may be anybody's: a proxy's address, or a claim. It must be no group then and never be blocked. */
  readonly isProxy: boolean;
}

/**
 * How a request reached API Gateway: over CloudFront (`edge`: the API is edge-optimised), directly (`regional`), or over CloudFront
 * as its own headers say (`claimed`), which on a regional API anybody can write.
 */
export type Approach = 'edge' | 'regional' | 'claimed';

/**
 * The caller's address out of `X-Forwarded-For`. Each hop appends the address it was called from: API Gateway the rightmost, our
 * proxies those before it; all further left is the client's to write. So the caller is the rightmost hop that is none of our own
 * side; when all of them are, nobody can tell callers apart. On an edge-optimised API the rightmost hop is CloudFront. Where only
 * the request's headers say so, and the hop is no known proxy, the one before it could be a caller's invention: it is kept as a
 * claim (`isProxy`), which groups nobody.
 */
export function forwardedSource(
  header: string,
  isProxy: (ip: string | undefined) => boolean,
  approach: Approach,
): ForwardedSource {
  const all = header.split(',').map((hop) => normaliseIp(hop.trim()));
  const isOverCloudFront = approach !== 'regional' && all.length > 1;
  const source = callerAmong(isOverCloudFront ? all.slice(0, -1) : all, isProxy);
  const isCertain = approach !== 'claimed' || !isOverCloudFront || isProxy(all.at(-1));
  return isCertain ? source : { ...source, isProxy: true };
}

function callerAmong(
  hops: readonly (string | undefined)[],
  isProxy: (ip: string | undefined) => boolean,
): ForwardedSource {
  const [only] = hops;
  // Alone it is the peer that API Gateway saw: of a private API a private address.
  if (hops.length === 1) return { sourceIp: only, isProxy: isProxy(only) };
  for (const hop of hops.toReversed()) {
    // Behind something that is no address nothing is known of who wrote what.
    if (hop === undefined) break;
    if (!isProxy(hop) && !isInternal(hop)) return { sourceIp: hop, isProxy: false };
  }
  return { sourceIp: hops.at(-1), isProxy: true };
}

/** Private, link-local, loopback and carrier-grade ranges (RFC 1918, 3927, 6598, 4193, 4291): load balancers of our own side. */
const isInternal = compileIpRanges([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
]);
