import { expect } from 'chai';
import fc from 'fast-check';
import { type SchedulerAction, Subject, type Subscription, timer } from 'rxjs';
import sinon from 'sinon';
import { type ObservedTask, observeTasks, postRepeatingTask, type TaskEvent, ThreadPool } from '../../src/index.js';
import { microtasks } from '../support/support.js';

type Kind = 'value' | 'throws' | 'promise' | 'rejects' | 'timer' | 'pending' | 'steps' | 'yields';

type Step =
  | { do: 'post'; kind: Kind; on: number; delay: number }
  | { do: 'schedule'; on: number; delay: number; again: number; throws: boolean }
  | { do: 'repeat'; on: number; interval: number }
  | { do: 'cancel'; which: number }
  | { do: 'tick'; ms: number }
  | { do: 'shutdown' };

const small = fc.nat(12);
const kinds: Kind[] = ['value', 'throws', 'promise', 'rejects', 'timer', 'pending', 'steps', 'yields'];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      kind: fc.constantFrom(...kinds),
      on: fc.nat(2),
      delay: small,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('schedule' as const),
      on: fc.nat(2),
      delay: small,
      again: fc.nat(2),
      throws: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('repeat' as const),
      on: fc.nat(2),
      interval: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(30) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('tick' as const), ms: small }) },
  { weight: 1, arbitrary: fc.constant({ do: 'shutdown' as const }) },
);

/** The events of each task, in order. */
class Log {
  readonly told = new Map<ObservedTask, TaskEvent[]>();

  note(event: TaskEvent): void {
    const events = this.told.get(event.task);
    if (events === undefined) this.told.set(event.task, [event]);
    else events.push(event);
  }
}

/** One program on two runners and their pool. */
class Program {
  readonly pool = new ThreadPool({ workers: 2, onTaskError: () => undefined });
  readonly handles: Subscription[] = [];
  private readonly forever = new Subject<void>();
  private readonly runners = [
    this.pool.createSequencedTaskRunner(),
    this.pool.createSequencedTaskRunner({ priority: 'best-effort' }),
    this.pool,
  ];

  async take(step: Step, clock: sinon.SinonFakeTimers): Promise<void> {
    if (step.do === 'tick') await clock.tickAsync(step.ms);
    else if (step.do === 'shutdown') void this.pool.shutdown();
    else if (step.do === 'cancel') this.handles[step.which]?.unsubscribe();
    else this.start(step);
  }

  /** Everything that is left is cancelled, or ends. */
  async end(clock: sinon.SinonFakeTimers): Promise<void> {
    for (const handle of this.handles) handle.unsubscribe();
    this.forever.complete();
    await clock.tickAsync(100);
    await microtasks();
  }

  private start(step: Exclude<Step, { do: 'tick' | 'shutdown' | 'cancel' }>): void {
    const runner = this.runners[step.on]!;
    if (step.do === 'post') {
      this.handles.push(runner.postDelayedTask(this.taskOf(step.kind), step.delay));
    } else if (step.do === 'repeat') {
      this.handles.push(postRepeatingTask(runner, () => undefined, { interval: step.interval }));
    } else {
      try {
        this.handles.push(runner.schedule(workOf(step), step.delay, step.again));
      } catch (error) {
        expect(error).to.have.property('name', 'TaskRejectedError');
      }
    }
  }

  private taskOf(kind: Kind): Parameters<ThreadPool['postTask']>[0] {
    const tasks: Record<Kind, Parameters<ThreadPool['postTask']>[0]> = {
      value: () => 1,
      throws: () => {
        throw new Error('no');
      },
      promise: async () => undefined,
      rejects: async () => {
        throw new Error('no');
      },
      timer: () => timer(5, this.pool),
      pending: () => this.forever,
      *steps() {
        yield;
        yield;
      },
      yields: async (context) => {
        await context.yield();
      },
    };
    return tasks[kind];
  }
}

function workOf({ throws }: { throws: boolean }): (this: SchedulerAction<number>, left?: number) => void {
  return function (left = 0) {
    if (left > 0) this.schedule(left - 1, 3);
    else if (throws) throw new Error('no');
  };
}

describe('observeTasks, whatever the program', () => {
  it('tells each task that it was posted, has begun at most once, and has ended in one way; each run of an action too', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const clock = sinon.useFakeTimers();
        const log = new Log();
        const observing = observeTasks().subscribe((event) => log.note(event));
        try {
          const program = new Program();
          for (const next of steps) await program.take(next, clock);
          await program.end(clock);
        } finally {
          observing.unsubscribe();
          clock.restore();
        }
        for (const events of log.told.values()) {
          const told = events.map(({ type }) => type);
          const line = told.join(' ');
          const { kind, waited, ran } = events.at(-1)!;
          expect(line).to.match(/^(posted )?((started )?(finished|failed|cancelled|rejected))$|^posted$/);
          // What was never due has no ending, if nobody could take it back; and an action is told of its runs.
          expect(line).not.to.equal('posted');
          if (told.includes('posted')) expect(waited).to.be.at.least(0);
          if (told.includes('started')) expect(ran).to.be.at.least(0);
          else expect(ran).to.be.NaN;
          if (kind === 'action') expect(line).not.to.contain('rejected');
        }
      }),
      { numRuns: 300 },
    ));
});
