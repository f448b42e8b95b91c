// The process of the service: connects it to the world, and drains it on SIGTERM. world.ts starts it.
import { stats } from 'rxjs-task-runner';
import { Consumer } from './outside/consumer.js';
import { Ledger } from './outside/ledger.js';
import { Payments } from './outside/payments.js';
import type { ToService, ToWorld } from './outside/wire.js';
import { serve } from './service.js';

const [ledgerPath = '', rate = '', drainTimeout = ''] = process.argv.slice(2);
const send = (message: ToWorld): void => void process.send?.(message);

const consumer = new Consumer(send);
const payments = new Payments(send);
const ledger = new Ledger(ledgerPath);
/** The provider counts when calls arrive, and some travel longer than others. */
const SHARE_OF_RATE = 0.95;
const service = serve(
  { consumer, payments, ledger },
  {
    rate: Math.floor(Number(rate) * SHARE_OF_RATE),
    onFailure(error) {
      // The broker delivers again what was not done, to the process that is started next.
      console.error(error);
      process.exit(1);
    },
  },
);

/** The queue grows only when a message comes. */
let mostTaken = 0;
consumer.on('message', () => {
  const { queued, running } = stats(service.customers);
  mostTaken = Math.max(mostTaken, queued + running);
});

async function drain(): Promise<void> {
  await service.drain(Number(drainTimeout));
  ledger.close();
  process.off('disconnect', die);
  const report: ToWorld = { kind: 'report', mostTaken, pauses: consumer.pauses };
  process.send?.(report, () => process.disconnect());
}

function die(): void {
  process.exit(1);
}

process.on('message', (message: ToService) => {
  consumer.receive(message);
  payments.receive(message);
});
// A second SIGTERM ends it at once.
process.once('SIGTERM', () => void drain());
// The world has gone.
process.once('disconnect', die);
