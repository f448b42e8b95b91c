import { expect } from 'chai';
import { postTaskAndReply, type Runner, stats, ThreadPool } from '../../../src/index.js';
import { areCollected, gate, macrotask, rejectionOf } from '../../support/support.js';

describe('Nothing is held on to any longer than it is needed:', () => {
  let pool: ThreadPool;
  let runner: Runner;

  beforeEach(() => {
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner();
  });

  it('whoever waits for a shutdown, and gives up', async () => {
    const references: WeakRef<object>[] = [];
    const giveUp = async (): Promise<void> => {
      const controller = new AbortController();
      const reason = {};
      references.push(new WeakRef(reason));
      const waiting = rejectionOf(pool.whenShutdown({ signal: controller.signal }));
      controller.abort(reason);
      await waiting;
    };
    for (let i = 0; i < 3; i++) await giveUp();
    expect(await areCollected(references)).to.be.true;
    expect(stats(pool).isShutdown).to.be.false;
  });

  it('the result of a task, once its reply has it, by the handle of both', async () => {
    const references: WeakRef<object>[] = [];
    const hold = gate<number>();
    const make = (): object => {
      const result = {};
      references.push(new WeakRef(result));
      return result;
    };
    const handle = postTaskAndReply(runner, make, () => hold.promise, { on: runner });
    await macrotask();
    await macrotask();
    expect(await areCollected(references), 'while the reply runs').to.be.true;
    hold.open(1);
    expect(await handle).to.equal(1);
    expect(handle.state).to.equal('done');
  });

  it('the result of a task whose reply was cancelled meanwhile, by the handle of both', async () => {
    const references: WeakRef<object>[] = [];
    const hold = gate();
    const handle = postTaskAndReply(
      runner,
      async () => {
        await hold.promise;
        const result = {};
        references.push(new WeakRef(result));
        return result;
      },
      () => 1,
      { on: runner },
    );
    await macrotask();
    handle.cancel();
    await rejectionOf(handle);
    hold.open();
    await macrotask();
    await macrotask();
    expect(await areCollected(references)).to.be.true;
    expect(handle.state).to.equal('cancelled');
  });
});
