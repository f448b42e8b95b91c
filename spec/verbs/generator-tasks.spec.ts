import { expect } from 'chai';
import { configure, type Runner, stats, steps, ThreadPool } from '../../src/index.js';
import { gate, inMacrotask, macrotask } from '../support/support.js';

describe('A generator task', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let urgent: Runner;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool({ workers: 1 });
    runner = pool.createSequencedTaskRunner({ name: 'index' });
    urgent = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
    log = [];
  });
  afterEach(() => {
    expect(stats(pool)).to.include({ queued: 0, running: 0, busy: 0 });
  });

  const noting = (what: string) => (): void => void log.push(what);

  it('is run step by step, and has what it returns for its result', async () => {
    const handle = runner.postTask(
      steps(function* () {
        log.push('1');
        yield;
        log.push('2');
        yield;
        return 'result';
      }),
    );
    expect(log).to.deep.equal([]);
    expect(await handle).to.equal('result');
    expect(log).to.deep.equal(['1', '2']);
    expect(handle.state).to.equal('done');
  });

  it('gets its context, as any task', async () => {
    const handle = runner.postTask(
      steps(function* ({ runner: own, signal }) {
        yield;
        return [own, signal.aborted];
      }),
    );
    expect(await handle).to.deep.equal([runner, false]);
  });

  it('lets anything more urgent go between two steps, and nothing else', async () => {
    const handle = runner.postTask(
      steps(function* () {
        for (const step of ['1', '2', '3']) {
          log.push(`step ${step}`);
          pool.schedule(noting(`as urgent ${step}`));
          if (step !== '2') urgent.schedule(noting(`urgent ${step}`));
          yield;
        }
      }),
    );
    await handle;
    await macrotask();
    expect(log.slice(0, 5)).to.deep.equal(['step 1', 'urgent 1', 'step 2', 'step 3', 'urgent 3']);
  });

  it('lets the host go between two steps, when the turn has lasted for long enough', async () => {
    configure({ turnBudget: Number.MIN_VALUE });
    await runner.postTask(
      steps(function* () {
        inMacrotask(noting('host'));
        yield;
        log.push('step 2');
      }),
    );
    expect(log).to.deep.equal(['host', 'step 2']);
  });

  it('holds its sequence and its worker between its steps', async () => {
    let seen: unknown;
    const handle = runner.postTask(
      steps(function* () {
        urgent.schedule(() => (seen = stats(pool).busy));
        void urgent.postTask(noting('urgent task'));
        yield;
        log.push('step 2');
      }),
    );
    runner.schedule(noting('next'));
    await handle;
    await macrotask();
    await macrotask();
    expect(seen).to.equal(1);
    expect(log[0]).to.equal('step 2');
    expect(log).to.have.members(['step 2', 'urgent task', 'next']);
  });

  it('is counted once, in each of its steps', async () => {
    const counts: number[] = [];
    await runner.postTask(
      steps(function* () {
        for (let i = 0; i < 2; i++) {
          counts.push(stats(pool).running, stats(runner).running);
          urgent.schedule(() => undefined);
          yield;
        }
      }),
    );
    expect(counts).to.deep.equal([1, 1, 1, 1]);
  });

  it('hands its worker on at its end', async () => {
    const first = runner.postTask(
      steps(function* () {
        urgent.schedule(noting('urgent'));
        yield;
        log.push('first');
      }),
    );
    const others = [0, 1].map((other) => pool.createSequencedTaskRunner().postTask(noting(`other ${other}`)));
    await Promise.all([first, ...others]);
    expect(log).to.deep.equal(['urgent', 'first', 'other 0', 'other 1']);
  });

  it('takes its turns in a pool as on a runner', async () => {
    const hold = gate();
    const handle = pool.postTask(
      steps(function* () {
        urgent.schedule(() => {
          hold.open();
        });
        yield;
        return 'result';
      }),
    );
    await hold.promise;
    expect(await handle).to.equal('result');
  });
});
