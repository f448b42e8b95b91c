import { expect } from 'chai';
import fc from 'fast-check';
import type { Subscription } from 'rxjs';
import {
  type Bound,
  bounded,
  clear,
  flush,
  hold,
  keyed,
  pendingTasks,
  rateLimit,
  retrying,
  type Runner,
  setMaxConcurrency,
  setWorkers,
  stats,
  steps,
  type TaskContext,
  type TaskFunction,
  type TaskHandle,
  type TaskPriority,
  ThreadPool,
  timeLimit,
  whenIdle,
  type WhenFull,
  whenRoom,
} from '../../src/index.js';
import { timing } from '../../src/kernel/settings.js';
import { EnvironmentTime } from '../support/environment-time.js';
import { PRIORITIES } from './naive-model.js';

const CAPACITY = 3;
const RATE = { starts: 2, per: 5 };

type Ending =
  'returns' | 'throws' | 'sleeps' | 'yields' | 'leaves turns behind' | 'never stops' | 'retries' | 'cleans up';
const ENDINGS: Ending[] = [
  'returns',
  'throws',
  'sleeps',
  'yields',
  'leaves turns behind',
  'never stops',
  'retries',
  'cleans up',
];

/** Numbers that choose among runners, tasks or holds are taken modulo how many there are. */
type Verb =
  | { readonly verb: 'post'; readonly on: number; readonly delay: number; readonly ending: Ending; readonly ms: number }
  | { readonly verb: 'hold' | 'set priority'; readonly on: number; readonly priority: TaskPriority }
  | { readonly verb: 'release' | 'cancel' | 'clear' | 'flush' | 'await idle' | 'await room'; readonly on: number }
  | { readonly verb: 'resize' | 'pass'; readonly by: number };

const on = fc.nat(40);
const priority = fc.constantFrom(...PRIORITIES);
const verb: fc.Arbitrary<Verb> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      verb: fc.constant('post' as const),
      on,
      delay: fc.constantFrom(0, 0, 0, 4),
      ending: fc.constantFrom(...ENDINGS),
      ms: fc.constantFrom(0, 2, 5),
    }),
  },
  { weight: 3, arbitrary: fc.record({ verb: fc.constantFrom('hold' as const, 'set priority'), on, priority }) },
  {
    weight: 6,
    arbitrary: fc.record({
      verb: fc.constantFrom('release' as const, 'release', 'cancel', 'clear', 'flush', 'await idle', 'await room'),
      on,
    }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('resize' as const), by: fc.constantFrom(1, 2, 4) }) },
  { weight: 5, arbitrary: fc.record({ verb: fc.constant('pass' as const), by: fc.constantFrom(0, 1, 3, 9) }) },
);

/** Runs a program on runners that share a bound and a rate, and all other gates there are. */
class GatesRun {
  private readonly time = new EnvironmentTime();
  private readonly pool = new ThreadPool({ workers: 2, queue: bounded(7, 'wait'), onTaskError: () => undefined });
  private readonly rate = rateLimit(RATE);
  private readonly bound: Bound;
  private readonly byKey;
  private readonly parallel: Runner;
  private readonly posted: {
    readonly handle: TaskHandle<unknown>;
    readonly due: number;
    readonly isBounded: boolean;
  }[] = [];
  private readonly holds: Subscription[] = [];
  private readonly starts: number[] = [];
  private waits = 0;
  private settled = 0;

  constructor(private readonly whenFull: WhenFull) {
    this.bound = bounded(CAPACITY, whenFull);
    this.byKey = keyed<number>(this.pool, { queue: this.bound, rate: this.rate });
    this.parallel = this.pool.createParallelTaskRunner({ maxConcurrency: 2, queue: this.bound });
    this.sequenced = this.pool.createSequencedTaskRunner({ rate: this.rate, priority: 'best-effort' });
  }
  private readonly sequenced: Runner;

  async play(program: readonly Verb[]): Promise<void> {
    try {
      for (const step of program) {
        this.perform(step);
        await (step.verb === 'pass' ? this.time.pass(step.by) : this.time.settle());
        this.check();
      }
      await this.finish();
    } finally {
      this.time.end();
    }
  }

  /** Five runners, of which those from the third on are bounded, and the first and the keys have a rate. */
  private runner(index: number) {
    const { sequenced, pool, parallel, byKey } = this;
    return [sequenced, pool, parallel, byKey.runner(1), byKey.runner(2)][index % 5]!;
  }

  private whole(index: number) {
    return index % 6 === 5 ? this.byKey : this.runner(index % 6);
  }

  private perform(step: Verb): void {
    const task = (index: number) => this.posted[index % Math.max(1, this.posted.length)]?.handle;
    switch (step.verb) {
      case 'post':
        this.post(step.on, step.ending, step.ms, step.delay);
        break;
      case 'hold':
        this.holds.push(hold(this.whole(step.on), step));
        break;
      case 'release':
        this.holds.splice(step.on % Math.max(1, this.holds.length), 1)[0]?.unsubscribe();
        break;
      case 'set priority':
        task(step.on)?.setPriority(step.priority);
        break;
      case 'cancel':
        task(step.on)?.cancel();
        break;
      case 'clear':
        clear(this.whole(step.on));
        break;
      case 'flush':
        this.wait(flush(this.whole(step.on)));
        break;
      case 'await idle':
        this.wait(whenIdle(this.whole(step.on)));
        break;
      case 'await room':
        this.wait(whenRoom(this.runner(step.on)).then(() => this.postInRoom(step.on)));
        break;
      case 'resize':
        setWorkers(this.pool, step.by);
        setMaxConcurrency(this.parallel, step.by);
    }
  }

  private wait(promise: Promise<unknown>): void {
    this.waits++;
    void promise.then(() => this.waits--);
  }

  private postInRoom(index: number): void {
    expect(this.post(index, 'returns', 0, 0).state, 'a promised place').to.equal('pending');
  }

  private post(index: number, ending: Ending, ms: number, delay: number): TaskHandle<unknown> {
    const handle = this.runner(index).postTask(this.code(ending, ms, [0, 3, 4].includes(index % 5)), { delay });
    this.posted.push({ handle, due: this.time.now + delay, isBounded: index % 5 > 1 });
    const count = (): unknown => this.settled++;
    handle.then(count, count);
    return handle;
  }

  private code(ending: Ending, ms: number, hasRate: boolean): TaskFunction<unknown> {
    let hasBegun = false;
    const begin = (): void => {
      if (hasRate && !hasBegun) this.starts.push(this.time.now);
      hasBegun = true;
    };
    const stuck = timeLimit(ms, (): Promise<never> => (begin(), new Promise(() => undefined)), { letGoAfter: 2 });
    const code: Record<Ending, TaskFunction<unknown>> = {
      returns: begin,
      throws: () => {
        begin();
        throw new Error('expected');
      },
      sleeps: (context) => (begin(), context.sleep(ms)),
      yields: (context) => (begin(), context.yield()),
      'leaves turns behind': (context: TaskContext) => {
        begin();
        void context.yield();
        context.yieldThen(() => context.yieldThen(() => undefined));
        void context.sleep(ms);
        if (ms > 0) throw new Error('expected');
      },
      'never stops': stuck,
      retries: retrying(stuck, { count: 1, delay: ms }),
      'cleans up': timeLimit(
        ms,
        steps(function* () {
          begin();
          try {
            yield;
          } finally {
            yield;
          }
        }),
        { letGoAfter: 0 },
      ),
    };
    return code[ending];
  }

  private check(): void {
    const { pool, posted, starts, time } = this;
    const handles = posted.map(({ handle }) => handle);
    const counts = stats(pool);
    const inState = (...states: string[]) => handles.filter(({ state }) => states.includes(state)).length;
    expect(counts.finished, 'finished').to.equal(inState('done'));
    expect(counts.failed, 'failed').to.equal(inState('failed'));
    expect(counts.rejected + counts.dropped, 'rejected and dropped').to.equal(inState('rejected'));
    expect(this.settled, 'settled').to.equal(inState('done', 'failed', 'rejected', 'cancelled'));
    expect(counts.busy, 'busy').to.be.within(0, 4);
    expect(counts.running, 'running').to.be.at.least(0);
    if (this.whenFull !== 'wait') {
      const queued = posted.filter(({ handle, due, isBounded }) => {
        return isBounded && due <= time.now && handle.state === 'pending';
      });
      expect(queued.length, 'how many wait at the bound').to.be.at.most(CAPACITY);
    }
    starts.forEach((start, i) => {
      if (i >= RATE.starts) expect(start - starts[i - RATE.starts]!, 'the window').to.be.at.least(RATE.per);
    });
  }

  /** Nothing is held any more: all settles, and nothing is left. */
  private async finish(): Promise<void> {
    for (const held of this.holds) held.unsubscribe();
    await this.time.pass(300);
    this.check();
    expect(this.settled, 'settled in the end').to.equal(this.posted.length);
    expect(this.waits, 'waits that are left').to.equal(0);
    expect(stats(this.pool)).to.include({ queued: 0, running: 0, delayed: 0, busy: 0 });
    expect(pendingTasks(this.pool)).to.deep.equal([]);
    expect(this.byKey.keys()).to.deep.equal([]);
    expect(this.time.isIdle, 'no timer is left').to.equal(true);
  }
}

describe('Whatever waits at holds, rates, bounds and workers at once', () => {
  // pendingTasks makes every post read the clock from then on.
  const { isOn } = timing;
  after(() => (timing.isOn = isOn));

  for (const whenFull of ['reject', 'drop-oldest', 'drop-newest', 'wait'] as const) {
    it(`settles once, is counted exactly, keeps to every limit, and leaves nothing behind ('${whenFull}')`, async () => {
      const program = fc.array(verb, { minLength: 1, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(program, (steps) => new GatesRun(whenFull).play(steps)),
        { numRuns: 40 },
      );
    }).timeout(20_000);
  }
});
