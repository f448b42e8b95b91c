import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'chai';
import { outside } from '../../src/host/outside.js';
import { ThreadPool } from '../../src/index.js';

describe('The context of an AsyncLocalStorage', () => {
  const requests = new AsyncLocalStorage<string>();

  it('of whoever asked for a wake-up is not handed to the tasks that share it', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    const seen: unknown[] = [];
    const note = (): number => seen.push(requests.getStore());
    for (const request of ['A', 'B']) {
      requests.run(request, () => {
        runner.schedule(note);
        runner.schedule(note, 1);
        void runner.postTask(note);
      });
    }
    await runner.postDelayedTask(() => undefined, 2);
    expect(seen).to.deep.equal(new Array(6).fill(undefined));
  });

  it('of one task does not reach the next', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    const seen: unknown[] = [];
    void runner.postTask(() => requests.enterWith('A'));
    for (let i = 0; i < 20; i++) runner.schedule(() => seen.push(requests.getStore()));
    await runner.postTask(() => undefined);
    expect(seen).to.deep.equal(new Array(20).fill(undefined));
  });
});

describe('outside, in Node,', () => {
  const requests = new AsyncLocalStorage<string>();

  it('is outside of any AsyncLocalStorage context, which is what it was again afterwards', () => {
    const stores = requests.run('A', () => [outside(() => requests.getStore()), requests.getStore()]);
    expect(stores).to.deep.equal([undefined, 'A']);
  });

  it('is outside of a domain of Node, which is what it was again afterwards', () => {
    const { process } = globalThis as unknown as { process: { domain?: unknown } };
    const before = process.domain;
    const domain = {};
    process.domain = domain;
    try {
      expect(outside(() => process.domain ?? null)).to.equal(null);
      expect(() =>
        outside(() => {
          throw new Error('thrown');
        }),
      ).to.throw('thrown');
      expect(process.domain).to.equal(domain);
    } finally {
      process.domain = before;
    }
  });
});
