/** What a customer has ordered. */
export interface Order {
  /** Unique, so that it serves as the idempotency key. */
  readonly id: string;
  readonly customer: string;
  readonly isVip: boolean;
  readonly amount: number;
}

/** The same orders for the same seed, in the order in which the customers have placed them. Every tenth customer is a VIP. */
export function makeOrders(count: number, customers: number, seed: number): Order[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const customer = Math.floor(random() * customers);
    return {
      id: `order-${String(index).padStart(6, '0')}`,
      customer: `customer-${customer}`,
      isVip: customer % 10 === 0,
      amount: 1 + Math.floor(random() * 100),
    };
  });
}

/** Numbers from 0 to 1, the same for the same seed. Source: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
