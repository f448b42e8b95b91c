import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'chai';
import { inNeutralContext } from '../../src/host/neutral-context.js';
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

  it('is what it was again afterwards', () => {
    const stores = requests.run('A', () => [inNeutralContext(() => requests.getStore()), requests.getStore()]);
    expect(stores).to.deep.equal([undefined, 'A']);
  });
});
