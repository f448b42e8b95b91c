import type { Order } from './orders.js';

/** An order as the broker delivers it: where it stands in the log, by partition and offset. */
export interface Message {
  readonly partition: number;
  readonly offset: number;
  readonly order: Order;
}

/** What the payment provider is asked. */
export interface PaymentRequest {
  readonly call: number;
  /** Calls of one key charge once. */
  readonly idempotencyKey: string;
  readonly amount: number;
  /** When the request left, in milliseconds of the machine's clock. */
  readonly sentAt: number;
}

/** What the service tells of itself before it ends. */
export interface Report {
  /** The longest that its queue has been. */
  readonly mostTaken: number;
  /** How often it has paused the broker. */
  readonly pauses: number;
}

/** From the world to the service, over the channel of the child process. */
export type ToService =
  | { readonly kind: 'messages'; readonly messages: readonly Message[] }
  | { readonly kind: 'paid'; readonly call: number; readonly error?: string };

/** From the service to the world. */
export type ToWorld =
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume'; readonly positions: readonly (readonly [partition: number, offset: number])[] }
  | { readonly kind: 'commit'; readonly partition: number; readonly offset: number }
  | ({ readonly kind: 'pay' } & PaymentRequest)
  | ({ readonly kind: 'report' } & Report);
