import { EventIds, stableHex } from './ids.js';
import { hashText, type Random } from './random.js';
import { ACCOUNT_ID } from './render-line.js';
import { TimeQueue } from './time-queue.js';

/** What a CloudWatch Logs subscription delivers: the JSON inside the Lambda event's gzip. */
export interface SubscriptionPayload {
  readonly messageType: 'DATA_MESSAGE' | 'CONTROL_MESSAGE';
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly {
    readonly id: string;
    readonly timestamp: number;
    readonly message: string;
  }[];
}

export interface Delivery {
  /** When the subscription hands it over: after its last event, sometimes hours after. */
  readonly atMs: number;
  readonly payload: SubscriptionPayload;
  /** Its events have been delivered before. */
  readonly repeated: boolean;
}

export interface DeliveryOptions {
  /** Longest time that events wait for company. Real subscriptions hold seconds; a buffered stream, minutes. */
  readonly bufferMs: number;
  readonly maxEvents: number;
}

const FILTER = 'gatewarden-demo';
/** At least once means more than once: about one payload in two hundred comes again, one in a thousand cut anew. */
const REPEATED = 0.005;
const RECUT = 0.001;
const LATE = 0.006;

interface Line {
  readonly timestamp: number;
  readonly message: string;
}

/**
 * Gathers the lines of each log group into payloads and hands them over as CloudWatch does: batches that grow with
 * the traffic, in order of delivery across groups, some late, some twice, some twice in another cut.
 */
export class Deliveries {
  readonly #buffers = new Map<string, { readonly openMs: number; readonly lines: Line[] }>();
  readonly #due = new TimeQueue<Delivery>();
  readonly #deadlines = new TimeQueue<{ readonly logGroup: string; readonly openMs: number }>();

  constructor(
    private readonly options: DeliveryOptions,
    private readonly random: Random,
  ) {}

  /** The probe that CloudWatch sends when a subscription is made. */
  control(logGroup: string, atMs: number): void {
    const message = 'CWL CONTROL MESSAGE: Checking health of destination Lambda.';
    this.#due.push(atMs, {
      atMs,
      repeated: false,
      payload: {
        messageType: 'CONTROL_MESSAGE',
        owner: 'CloudwatchLogs',
        logGroup: '',
        logStream: '',
        subscriptionFilters: [],
        logEvents: [{ id: '', timestamp: atMs, message: `${message} ${logGroup}` }],
      },
    });
  }

  /** Takes a line at its time; times never go back. Yields what falls due before it. */
  *add(logGroup: string, timeMs: number, line: Line): Generator<Delivery, void, void> {
    yield* this.until(timeMs);
    const known = this.#buffers.get(logGroup);
    if (known === undefined) {
      this.#buffers.set(logGroup, { openMs: timeMs, lines: [line] });
      const waitMs = this.options.bufferMs * this.random.between(0.5, 1);
      this.#deadlines.push(timeMs + waitMs, { logGroup, openMs: timeMs });
      return;
    }
    known.lines.push(line);
    if (known.lines.length >= this.options.maxEvents) this.#close(logGroup, timeMs);
  }

  /** Everything that is handed over up to the given time; with infinity, all that is left. */
  *until(timeMs: number): Generator<Delivery, void, void> {
    for (;;) {
      const deadlineMs = this.#deadlines.nextMs();
      const dueMs = this.#due.nextMs();
      if (
        Math.min(deadlineMs, dueMs) > timeMs ||
        (deadlineMs === dueMs && dueMs === Number.POSITIVE_INFINITY)
      )
        return;
      if (dueMs <= deadlineMs) {
        const due = this.#due.pop();
        if (due !== undefined) yield due;
        continue;
      }
      const deadline = this.#deadlines.pop();
      // A full buffer left earlier, and the group may have a younger one with a deadline of its own.
      if (deadline !== undefined && this.#buffers.get(deadline.logGroup)?.openMs === deadline.openMs)
        this.#close(deadline.logGroup, deadlineMs);
    }
  }

  #close(logGroup: string, nowMs: number): void {
    const lines = this.#buffers.get(logGroup)?.lines ?? [];
    this.#buffers.delete(logGroup);
    const ids = new EventIds(this.random);
    const events = lines.map((line) => ({
      id: ids.next(line.timestamp),
      timestamp: line.timestamp,
      message: line.message,
    }));
    const day = Math.floor(nowMs / 86_400_000);
    const payload: SubscriptionPayload = {
      messageType: 'DATA_MESSAGE',
      owner: ACCOUNT_ID,
      logGroup,
      logStream: stableHex(hashText(logGroup), day, 32),
      subscriptionFilters: [FILTER],
      logEvents: events,
    };
    const { random } = this;
    const delayMs = random.chance(LATE) ? random.magnitude(2, 240) * 60_000 : random.logNormal(6000, 0.7);
    this.#hand(payload, nowMs + delayMs, false);
    const again = random.float();
    if (again < REPEATED) this.#hand(payload, nowMs + delayMs + random.between(30, 600) * 1000, true);
    else if (again < REPEATED + RECUT && events.length > 1) {
      const cut = random.int(1, events.length - 1);
      const laterMs = nowMs + delayMs + random.between(30, 600) * 1000;
      this.#hand({ ...payload, logEvents: events.slice(0, cut) }, laterMs, true);
      this.#hand({ ...payload, logEvents: events.slice(cut) }, laterMs + 50, true);
    }
  }

  #hand(payload: SubscriptionPayload, atMs: number, repeated: boolean): void {
    this.#due.push(atMs, { atMs: Math.round(atMs), payload, repeated });
  }
}
