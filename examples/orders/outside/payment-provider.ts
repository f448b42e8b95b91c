import { seededRandom } from './orders.js';
import type { PaymentRequest, ToService } from './wire.js';

/** The share of calls that fail before the charge is made, and of those whose answer is lost afterwards. */
const UNAVAILABLE = 0.03;
const ANSWER_LOST = 0.02;
/** Milliseconds that a call takes. */
const LATENCY = 5;

/** A third party: it charges once for each idempotency key, fails now and then, and notes when it was called. */
export class PaymentProvider {
  /** When calls were sent, in the order in which they came. */
  readonly sentAt: number[] = [];
  /** What was charged, by idempotency key. */
  readonly charges = new Map<string, number>();
  /** While it is down every call fails. */
  isDown = false;
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  call({ call, idempotencyKey, amount, sentAt }: PaymentRequest, answer: (message: ToService) => void): void {
    this.sentAt.push(sentAt);
    const chance = this.isDown ? 0 : this.random();
    if (chance >= UNAVAILABLE && !this.charges.has(idempotencyKey)) this.charges.set(idempotencyKey, amount);
    const hasFailed = chance < UNAVAILABLE + ANSWER_LOST;
    setTimeout(() => answer({ kind: 'paid', call, ...(hasFailed && { error: '503 Service Unavailable' }) }), LATENCY);
  }

  /** The most calls within any `per` milliseconds. */
  mostCallsWithin(per: number): number {
    const times = [...this.sentAt].sort((a, b) => a - b);
    let most = 0;
    for (let last = 0, first = 0; last < times.length; last++) {
      while (times[last]! - times[first]! >= per) first++;
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
