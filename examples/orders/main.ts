// The service, and the world around it: see service.ts. Options: --orders 20000 --rate 2000 --seed 1
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { World } from './outside/world.js';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
});
const [orders, rate, seed] = [Number(values.orders), Number(values.rate), Number(values.seed)];
const folder = mkdtempSync(join(tmpdir(), 'orders-'));
const world = new World({ orders, customers: 500, rate, seed, ledger: join(folder, 'ledger') });

const begun = performance.now();
const service = world.start();
await world.whenAcknowledged();
const seconds = (performance.now() - begun) / 1_000;
const { code, report } = await service.end('SIGTERM');

const { ledger, provider, broker } = world;
console.log(`${orders} orders of 500 customers in ${seconds.toFixed(1)} s`);
console.log(
  `in the ledger: ${ledger.length}, each once: ${new Set(ledger.map(({ id }) => id)).size === ledger.length}`,
);
console.log(`payment calls: ${provider.sentAt.length}, within a second at most ${provider.mostCallsWithin(1_000)}`);
console.log(`commits: ${broker.commits.length}, pauses: ${report?.pauses}, in hand at most: ${report?.mostTaken}`);
console.log(`exit code of the service: ${code}`);
rmSync(folder, { recursive: true });
