import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { flush, stats, ThreadPool, whenIdle, whenRoom } from '../../src/index.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';
import { errorOf, gate, macrotask, rejectionOf, turns } from '../support/support.js';

describe('flush', () => {
  let log: string[];

  beforeEach(() => {
    log = [];
  });

  const noting = (what: string) => (): void => void log.push(what);

  for (const [kind, make] of Object.entries(RUNNER_KINDS)) {
    describe(`of ${kind}`, () => {
      it('resolves when everything that was posted before it has ended', async () => {
        const runner = make();
        const hold = gate();
        void runner.postTask(() => hold.promise.then(noting('slow')));
        void runner.postTask(noting('quick'));
        runner.schedule(noting('action'));
        const flushed = flush(runner).then(noting('flushed'));
        await turns();
        expect(log).not.to.include('flushed');
        hold.open();
        await flushed;
        expect(log.slice(0, 3)).to.have.members(['slow', 'quick', 'action']);
        expect(log[3]).to.equal('flushed');
      });

      it('is a barrier: what is posted after it starts after the code that awaits it has gone on', async () => {
        const runner = make();
        const hold = gate();
        void runner.postTask(() => hold.promise);
        await turns();
        const flushed = (async () => {
          await flush(runner);
          log.push('flushed');
        })();
        const after = runner.postTask(noting('after'));
        hold.open();
        await Promise.all([flushed, after]);
        expect(log).to.deep.equal(['flushed', 'after']);
      });

      it('resolves at once when there is nothing to wait for; what is delayed does not count', async () => {
        const runner = make();
        await flush(runner);
        const delayed = runner.postTask(noting('delayed'), { delay: 1_000_000 });
        await flush(runner);
        expect(log).to.deep.equal([]);
        delayed.cancel();
      });

      it('does not wait for what is cancelled', async () => {
        const runner = make();
        const hold = gate();
        const first = runner.postTask(() => hold.promise);
        const second = runner.postTask(() => NEVER);
        const flushed = flush(runner).then(noting('flushed'));
        await turns();
        second.cancel();
        hold.open();
        await first;
        await flushed;
        expect(log).to.deep.equal(['flushed']);
      });

      it('waits until the code of a task that was cancelled while it ran has ended', async () => {
        const runner = make();
        const hold = gate();
        const running = runner.postTask(() => hold.promise.then(noting('code')));
        await turns();
        running.cancel();
        const flushed = flush(runner).then(noting('flushed'));
        await turns();
        expect(log).to.deep.equal([]);
        hold.open();
        await flushed;
        expect(log).to.deep.equal(['code', 'flushed']);
      });

      it('rejects with the reason of its signal, and then holds up nothing', async () => {
        const runner = make();
        const hold = gate();
        void runner.postTask(() => hold.promise);
        const controller = new AbortController();
        const flushed = rejectionOf(flush(runner, { signal: controller.signal }));
        const after = runner.postTask(noting('after'));
        await turns();
        controller.abort('no more');
        expect(await flushed).to.equal('no more');
        hold.open();
        await after;
        expect(await rejectionOf(flush(runner, { signal: AbortSignal.abort('already') }))).to.equal('already');
        expect(stats(runner)).to.include({ queued: 0, running: 0 });
      });

      it('waits for tasks that fail, and is not hurt by them', async () => {
        const runner = make();
        const failing = rejectionOf(runner.postTask(() => Promise.reject(new Error('expected'))));
        await flush(runner);
        expect((await failing).message).to.equal('expected');
      });

      it('comes again and again, each in its turn', async () => {
        const runner = make();
        for (const name of ['1', '2', '3']) {
          void runner.postTask(noting(`task ${name}`));
          void flush(runner).then(noting(`flush ${name}`));
        }
        await flush(runner);
        expect(log).to.deep.equal(['1', '2', '3'].flatMap((name) => [`task ${name}`, `flush ${name}`]));
      });
    });
  }

  it('of a pool covers what is posted to the pool itself only', async () => {
    const pool = new ThreadPool();
    const held = pool.createSequencedTaskRunner().postTask(() => NEVER);
    void pool.postTask(noting('of the pool'));
    await flush(pool);
    expect(log).to.deep.equal(['of the pool']);
    held.cancel();
    await rejectionOf(held);
  });

  it('resolves during a shutdown, when what was before it has ended or was dropped', async () => {
    const pool = new ThreadPool();
    const runner = pool.createSequencedTaskRunner({ name: 'account' });
    const hold = gate();
    void runner.postTask(() => hold.promise);
    await macrotask();
    const dropped = rejectionOf(runner.postTask(noting('dropped')));
    const flushed = flush(runner).then(noting('flushed'));
    const report = pool.shutdown();
    await turns();
    expect(log).to.deep.equal([]);
    hold.open();
    await flushed;
    expect(await report).to.deep.equal({ ran: ['account'], skipped: ['account'], abandoned: [] });
    expect(await dropped).to.have.property('reason', 'shutdown');
    expect(log).to.deep.equal(['flushed']);
    await flush(runner);
    await whenIdle(runner);
  });

  it('refuses a signal that is none, as all that waits does', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    const options = { signal: 'stop' as never };
    for (const wait of [
      () => flush(runner, options),
      () => whenIdle(runner, options),
      () => whenRoom(runner, options),
      () => runner.whenShutdown(options),
    ]) {
      expect(errorOf(wait), String(wait))
        .to.be.an.instanceof(TypeError)
        .with.property('message', "The option signal must be an AbortSignal; got 'stop'.");
    }
    expect(errorOf(() => runner.postTask(() => 1, { signal: 'stop' as never }))).to.be.an.instanceof(TypeError);
  });
});
