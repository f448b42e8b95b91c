import { expect } from 'chai';
import { configure, type Runner, stats, steps, ThreadPool, useContextHook, whenIdle } from '../../src/index.js';
import { gate, inMacrotask, macrotask, rejectionOf } from '../support/support.js';

describe('A context hook that throws when a task goes on after it has yielded', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let isBroken: boolean;
  let log: string[];

  beforeEach(() => {
    configure({ turnBudget: Number.MIN_VALUE });
    isBroken = false;
    log = [];
    useContextHook({
      capture: () => undefined,
      run: (_, call) => {
        if (isBroken) throw new Error('no way back');
        return call();
      },
    });
    pool = new ThreadPool({ workers: 2 });
    runner = pool.createSequencedTaskRunner();
  });
  afterEach(async () => {
    isBroken = false;
    useContextHook(null);
    await macrotask();
    expect(stats(pool)).to.include({ queued: 0, running: 0, busy: 0 });
    expect(stats(runner)).to.include({ queued: 0, running: 0 });
    configure({ turnBudget: 5 });
  });

  it('fails the task, which holds its sequence until it has really ended', async () => {
    const cleaning = gate();
    const handle = runner.postTask(async (context) => {
      const goesOn = context.yield();
      isBroken = true;
      try {
        await goesOn;
      } catch (error) {
        log.push((error as Error).message);
        await cleaning.promise;
        log.push('is clean');
      }
    });
    expect((await rejectionOf(handle)).message).to.equal('no way back');
    isBroken = false;
    const next = runner.postTask(() => log.push('next'));
    await macrotask();
    await macrotask();
    expect({ log, running: stats(runner).running, busy: stats(pool).busy }).to.deep.equal({
      log: ['no way back'],
      running: 1,
      busy: 1,
    });
    cleaning.open();
    await next;
    expect(log).to.deep.equal(['no way back', 'is clean', 'next']);
  });

  for (const [when, isMended] of [
    ['and is mended then', true],
    ['and then again', false],
  ] as const) {
    it(`fails a generator task, whose finally blocks run all the same, ${when}`, async () => {
      const handle = runner.postTask(
        steps(function* () {
          try {
            isBroken = true;
            yield;
            log.push('goes on');
          } finally {
            log.push('cleans up');
            yield;
            log.push('is clean');
          }
        }),
      );
      const error = rejectionOf(handle);
      handle.add(() => {
        if (isMended) isBroken = false;
      });
      expect((await error).message).to.equal('no way back');
      await whenIdle(pool);
      isBroken = false;
      await runner.postTask(() => log.push('next'));
      expect(log).to.deep.equal(['cleans up', 'is clean', 'next']);
    });
  }

  it('lets a generator task that was cancelled meanwhile clean up', async () => {
    const handle = runner.postTask(
      steps(function* () {
        inMacrotask(() => {
          isBroken = true;
          handle.cancel('enough');
        });
        try {
          for (;;) yield;
        } finally {
          log.push('cleans up');
        }
      }),
    );
    expect(await rejectionOf(handle)).to.have.property('cause', 'enough');
    await whenIdle(pool);
    expect(log).to.deep.equal(['cleans up']);
  });
});
