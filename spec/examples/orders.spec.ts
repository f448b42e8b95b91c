import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Order } from '../../examples/orders/outside/orders.js';
import { type Ending, type ServiceProcess, World, type WorldOptions } from '../../examples/orders/outside/world.js';
import { MOST_TAKEN } from '../../examples/orders/service.js';

const ROOT = join(import.meta.dirname, '..', '..');
const CUSTOMERS = 500;
/** Payment calls per second: more than in the program itself, so that it takes less time. */
const RATE = 4_000;

describe('The service of examples/orders, which loses nothing,', function () {
  // Each process of the service compiles itself.
  this.timeout(120_000);

  let folder: string;
  let world: World;
  const running: ServiceProcess[] = [];

  before(() => (folder = mkdtempSync(join(tmpdir(), 'orders-'))));
  after(() => rmSync(folder, { recursive: true }));
  afterEach(async () => {
    for (const service of running.splice(0)) await service.end('SIGKILL');
  });

  const makeWorld = (name: string, options: Partial<WorldOptions>): void => {
    world = new World({
      orders: 3_000,
      customers: CUSTOMERS,
      rate: RATE,
      seed: 1,
      ledger: join(folder, name),
      ...options,
    });
  };
  const start = (): ServiceProcess => {
    const service = world.start();
    running.push(service);
    return service;
  };
  const idsOf = (entries: readonly { readonly id: string }[]): string[] => entries.map(({ id }) => id);

  const expectOrderOfCommits = (): void => {
    const committed = world.broker.logs.map(() => 0);
    for (const { partition, offset } of world.broker.commits) {
      expect(offset).to.be.within(committed[partition]! + 1, world.broker.logs[partition]!.length);
      committed[partition] = offset;
    }
  };
  const expectAcknowledgedInLedger = (): void => {
    expect(idsOf(world.ledger)).to.include.members(idsOf(world.broker.acknowledged));
  };
  /** At the end every order is in the ledger once, was charged once, and those of each customer are in order. */
  const expectAllOnce = (): void => {
    const { orders, ledger, provider } = world;
    expect(idsOf(ledger).sort()).to.deep.equal(idsOf(orders));
    expect([...provider.charges].sort()).to.deep.equal(orders.map(({ id, amount }) => [id, amount]));
    expect(byCustomer(ledger)).to.deep.equal(byCustomer(orders));
    expect(world.broker.committedCount).to.equal(orders.length);
    expectOrderOfCommits();
  };
  /** Another process takes over, and does what was left. */
  const finish = async (): Promise<void> => {
    const service = start();
    await world.whenAcknowledged();
    expect(await service.end('SIGTERM')).to.include({ code: 0, signal: null });
    expectAllOnce();
  };

  describe('with 20,000 orders of 500 customers', () => {
    let ending: Ending;

    before(async () => {
      makeWorld('whole', { orders: 20_000 });
      const service = start();
      await world.whenAcknowledged();
      ending = await service.end('SIGTERM');
    });

    it('has each order once in the ledger and charges it once, in order for each customer', expectAllOnce);

    it('acknowledges in the order of delivery, and many orders at once', () => {
      expectOrderOfCommits();
      expect(world.broker.commits.length).to.be.below(world.orders.length);
    });

    it('never makes more calls in a second than it may, retries included', () => {
      expect(world.provider.sentAt.length).to.be.above(world.orders.length);
      expect(world.provider.mostCallsWithin(1_000)).to.be.at.most(RATE);
    });

    it('never has more orders in hand than its bound says, and pauses the broker instead', () => {
      expect(ending.report!.mostTaken).to.equal(MOST_TAKEN);
      // Each pause is good for half of the places.
      expect(ending.report!.pauses).to.be.within(1, world.orders.length / (MOST_TAKEN / 2));
    });

    it('lets the orders of VIP customers overtake', () => {
      const delivered = new Map(world.orders.map((order, place) => [order.id, { order, place }]));
      const lags = { vip: [] as number[], others: [] as number[] };
      world.ledger.forEach(({ id }, place) => {
        const { order, place: before } = delivered.get(id)!;
        lags[order.isVip ? 'vip' : 'others'].push(place - before);
      });
      expect(meanOf(lags.vip)).to.be.below(meanOf(lags.others) - MOST_TAKEN / 5);
    });

    it('ends by itself, with exit code 0', () => {
      expect(ending).to.include({ code: 0, signal: null });
    });
  });

  it('drains on SIGTERM within 10 s: what it has taken is done and acknowledged, and the next process does the rest', async () => {
    makeWorld('drained', {});
    const service = start();
    await world.whenAcknowledged(300);
    const begun = performance.now();
    expect(await service.end('SIGTERM')).to.include({ code: 0, signal: null });
    expect(performance.now() - begun).to.be.below(10_000);
    const { ledger, broker } = world;
    expect(ledger.length).to.be.within(300, world.orders.length - 1);
    expect(idsOf(ledger).sort()).to.deep.equal(idsOf(broker.acknowledged).sort());
    await finish();
  });

  it('gives up when the time for its end is over: what is not done then is not acknowledged', async () => {
    makeWorld('given up', { orders: 1_200, drainTimeout: 300 });
    const service = start();
    await world.whenAcknowledged(100);
    world.provider.isDown = true;
    expect(await service.end('SIGTERM')).to.include({ code: 0, signal: null });
    expect(world.ledger.length).to.be.below(world.orders.length);
    expectAcknowledgedInLedger();
    world.provider.isDown = false;
    await finish();
  });

  it('loses nothing on SIGKILL: what is acknowledged is in the ledger, and what is delivered again is not done again', async () => {
    makeWorld('killed', { orders: 2_000 });
    const service = start();
    await world.whenAcknowledged(300);
    expect(await service.end('SIGKILL')).to.deep.equal({ code: null, signal: 'SIGKILL', report: null });
    const { ledger, broker } = world;
    expectAcknowledgedInLedger();
    expect(ledger.length, 'done, and not yet acknowledged').to.be.above(broker.committedCount);
    await finish();
  });

  it('runs by main.ts, and says what has happened', async () => {
    const command = ['--import', 'tsx', 'examples/orders/main.ts', '--orders', '300'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { cwd: ROOT });
    expect(stderr).to.equal('');
    expect(stdout).to.contain('in the ledger: 300, each once: true\n').and.contain('exit code of the service: 0\n');
  });

  it('is listed in examples/README.md, is shorter than a hundred lines, and is quoted word for word by its page', () => {
    const page = readFileSync(join(ROOT, 'docs/a-service-that-loses-nothing.md'), 'utf8');
    const source = readFileSync(join(ROOT, 'examples/orders/service.ts'), 'utf8');
    expect(readFileSync(join(ROOT, 'examples/README.md'), 'utf8')).to.contain('`orders/`');
    expect(source.split('\n')).to.have.lengthOf.below(100);
    const quotations = [...page.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code!);
    expect(quotations).not.to.be.empty;
    for (const code of quotations) expect(unindented(source)).to.contain(unindented(code));
  });
});

function byCustomer(entries: readonly Pick<Order, 'id' | 'customer'>[]): Record<string, string[]> {
  const orders: Record<string, string[]> = {};
  for (const { id, customer } of entries) (orders[customer] ??= []).push(id);
  return orders;
}

function unindented(code: string): string {
  return code.replaceAll(/^ +/gm, '');
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
