import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Broker } from './broker.js';
import { type Entry, readLedger } from './ledger.js';
import { makeOrders, type Order } from './orders.js';
import { PaymentProvider } from './payment-provider.js';
import type { Report, ToService, ToWorld } from './wire.js';

const SERVICE = fileURLToPath(new URL('../child.ts', import.meta.url));

export interface WorldOptions {
  readonly orders: number;
  readonly customers: number;
  /** Payment calls per second that the provider allows. */
  readonly rate: number;
  /** Milliseconds that the service has for its end. Defaults to 9,000. */
  readonly drainTimeout?: number;
  readonly seed: number;
  readonly ledger: string;
}

/** How a process of the service has ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it told of itself, if it had the time. */
  readonly report: Report | null;
}

/** What is outside of the service, and outlives it: the broker, the payment provider, the disk. */
export class World {
  readonly orders: readonly Order[];
  readonly broker: Broker;
  readonly provider: PaymentProvider;

  constructor(private readonly options: WorldOptions) {
    this.orders = makeOrders(options.orders, options.customers, options.seed);
    this.broker = new Broker(this.orders, 4);
    this.provider = new PaymentProvider(options.seed);
  }

  get ledger(): Entry[] {
    return readLedger(this.options.ledger);
  }

  /** Starts the service in a process of its own. */
  start(): ServiceProcess {
    const { ledger, rate, drainTimeout = 9_000 } = this.options;
    const child = fork(SERVICE, [ledger, String(rate), String(drainTimeout)], { execArgv: ['--import', 'tsx'] });
    return new ServiceProcess(child, this.broker, this.provider);
  }

  /** Resolves when the broker has got acknowledgements of `count` orders, or of all. */
  async whenAcknowledged(count: number = this.orders.length): Promise<void> {
    const { broker } = this;
    await new Promise<void>((resolve) => {
      broker.onCommit = () => {
        if (broker.committedCount >= count) resolve();
      };
      broker.onCommit();
    });
  }
}

/** One process of the service. */
export class ServiceProcess {
  private report: Report | null = null;
  readonly ending: Promise<Ending>;

  constructor(
    private readonly child: ChildProcess,
    broker: Broker,
    provider: PaymentProvider,
  ) {
    const send = (message: ToService, sent?: () => void): void => {
      if (child.connected) child.send(message, () => sent?.());
    };
    child.on('message', (message: ToWorld) => {
      if (message.kind === 'pay') provider.call(message, send);
      else if (message.kind === 'report') this.report = message;
      else broker.receive(message);
    });
    this.ending = once(child, 'close').then(([code, signal]) => {
      broker.detach();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, report: this.report };
    });
    broker.attach(send);
  }

  /** Sends it a signal, and waits for its end. */
  async end(signal: NodeJS.Signals): Promise<Ending> {
    this.child.kill(signal);
    return this.ending;
  }
}
