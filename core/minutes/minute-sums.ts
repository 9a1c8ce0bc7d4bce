import type { ApiCall } from '../calls/api-call.js';
import { isUnended } from '../calls/call-identity.js';
import { parseExecuteApiHost } from '../calls/stage-path.js';
import { endpointLabel } from '../inventory/endpoint-label.js';
import { LatencyCounts } from './latency-counts.js';

/** What the calls of one minute add up to. The order of adding does not matter. */
export class CallSums {
  calls = 0;
  errors4xx = 0;
  errors5xx = 0;
  bytes: number | undefined;
  accountId: string | undefined;
  region: string | undefined;
  integrationErrors = 0;
  gatewayErrors = 0;
  identified = 0;
  anonymous = 0;
  defaultHostCalls = 0;
  customHostCalls = 0;
  readonly latencies = new LatencyCounts();
  readonly authorizerLatencies = new LatencyCounts();

  add(call: ApiCall): void {
    const { status = 0, responseBytes, latencyMs, accountId, region } = call;
    this.calls += 1;
    if (status >= 400 && status < 500) this.errors4xx += 1;
    if (status >= 500 && status < 600) this.addServerError(call);
    else if (status >= 200 && status < 400) this.addAnswer(call, status);
    if (responseBytes !== undefined) this.bytes = (this.bytes ?? 0) + responseBytes;
    this.latencies.add(latencyMs);
    if (call.authorizerLatencyMs !== undefined) this.authorizerLatencies.add(call.authorizerLatencyMs);
    this.accountId = smallest(this.accountId, accountId);
    this.region = smallest(this.region, region);
  }

  private addServerError({ integrationStatus, errorType }: ApiCall): void {
    this.errors5xx += 1;
    if (integrationStatus !== undefined) this.integrationErrors += integrationStatus >= 500 ? 1 : 0;
    // Without either, the log format may just not say.
    else if (errorType !== undefined) this.gatewayErrors += 1;
  }

  private addAnswer({ method, host, principalKind }: ApiCall, status: number): void {
    if (host !== undefined) {
      if (parseExecuteApiHost(host) === undefined) this.customHostCalls += 1;
      else this.defaultHostCalls += 1;
    }
    if (status >= 300 || method === 'OPTIONS' || principalKind === undefined) return;
    if (principalKind === 'ip' || principalKind === 'proxy') this.anonymous += 1;
    else if (principalKind !== 'unknown') this.identified += 1;
  }
}

function smallest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/** The sums of one minute of a stage, each call once however often it is added. */
export class MinuteSums {
  readonly stage = new CallSums();
  /** By `<method> <route>`. */
  readonly endpoints = new Map<string, CallSums>();
  /** By `<kind> <principal>`. */
  readonly principals = new Map<string, CallSums>();
  private readonly seen = new Set<string>();

  add(call: ApiCall): void {
    // A split request counts with the record that tells how it ended.
    if (isUnended(call) || this.seen.has(call.id)) return;
    this.seen.add(call.id);
    this.stage.add(call);
    sumsOf(this.endpoints, endpointLabel(call)).add(call);
    const { principal, principalKind } = call;
    // Everyone behind a proxy would be one caller.
    if (principal === undefined || principalKind === undefined || principalKind === 'proxy') return;
    sumsOf(this.principals, `${principalKind} ${principal}`).add(call);
  }
}

function sumsOf(sums: Map<string, CallSums>, key: string): CallSums {
  let known = sums.get(key);
  if (known === undefined) {
    known = new CallSums();
    sums.set(key, known);
  }
  return known;
}
