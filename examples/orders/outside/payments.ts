import type { Order } from './orders.js';
import type { ToService, ToWorld } from './wire.js';

/** The provider has not answered as it should: perhaps it does later. */
export class PaymentUnavailable extends Error {}

/** The client of the payment provider in the process of the service. */
export class Payments {
  private calls = 0;
  private readonly open = new Map<number, (error: string | undefined) => void>();

  constructor(private readonly send: (message: ToWorld) => void) {}

  /** One call over the network. It fails now and then, and then nobody knows whether the charge was made: so it has a key. */
  charge({ id, amount }: Order, signal: AbortSignal): Promise<void> {
    const call = ++this.calls;
    this.send({ kind: 'pay', call, idempotencyKey: id, amount, sentAt: performance.timeOrigin + performance.now() });
    return new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.open.set(call, (error) => {
        if (error === undefined) resolve();
        else reject(new PaymentUnavailable(error));
      });
    }).finally(() => this.open.delete(call));
  }

  receive(message: ToService): void {
    if (message.kind === 'paid') this.open.get(message.call)?.(message.error);
  }
}
