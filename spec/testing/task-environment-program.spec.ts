import { expect } from 'chai';
import fc from 'fast-check';
import { type TaskPriority, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { type ModelTask, NaiveModel, PRIORITIES, sequenceOf } from '../models/naive-model.js';

/** A task, and what it does when it runs. */
interface Job {
  readonly target: number;
  readonly delay: number;
  readonly kind: 'task' | 'action';
  /** How often an action arms itself again, with the same delay. */
  readonly repeats: number;
  readonly throws: boolean;
  /** Which of the tasks posted so far it cancels. */
  readonly cancels: number | undefined;
  readonly setsPriority: TaskPriority | undefined;
  readonly posts: readonly Job[];
}

type Verb = { readonly post: Job } | { readonly advance: number };

/** What a program can do with something it has posted. */
interface Posted {
  cancel(): void;
  rearm(delay: number): void;
}

/** The world a program runs in: the library in an environment, or the naive model. */
interface World {
  /** The errors that the pool has heard of. */
  readonly reported: string[];
  now(): number;
  post(kind: Job['kind'], target: number, delay: number, work: () => void): Posted;
  setPriority(target: number, priority: TaskPriority): void;
  advance(ms: number): void;
  dispose(): void;
}

const LANES: readonly TaskPriority[] = [...PRIORITIES, ...PRIORITIES];
const delay = fc.constantFrom(0, 0, 1, 2, 4, 7.5, 30);
const advance = fc.record({ advance: fc.constantFrom(0, 1, 2, 5, 20) });

function job(depth: number): fc.Arbitrary<Job> {
  return fc.record({
    target: fc.nat(LANES.length - 1),
    delay,
    kind: fc.constantFrom<Job['kind'][]>('task', 'action'),
    repeats: fc.nat(3),
    throws: fc.boolean(),
    cancels: fc.option(fc.nat(20), { nil: undefined }),
    setsPriority: fc.option(fc.constantFrom(...PRIORITIES), { nil: undefined, freq: 1 }),
    posts: depth === 0 ? fc.constant([]) : fc.array(job(depth - 1), { maxLength: 3 }),
  });
}

const program: fc.Arbitrary<Verb[]> = fc.array(fc.oneof(fc.record({ post: job(2) }), advance), {
  minLength: 1,
  maxLength: 20,
});

class EnvironmentWorld implements World {
  readonly reported: string[] = [];
  private readonly env = new TaskEnvironment();
  private readonly pool = new ThreadPool({
    workers: Infinity,
    onTaskError: (error) => this.reported.push(String(error)),
  });
  private readonly runners = LANES.map((priority) => this.pool.createSequencedTaskRunner({ priority }));

  now(): number {
    return this.env.now();
  }

  post(kind: Job['kind'], target: number, due: number, work: () => void): Posted {
    const runner = this.runners[target]!;
    if (kind === 'task') {
      const handle = runner.postDelayedTask(work, due);
      return { cancel: () => handle.cancel(), rearm: () => undefined };
    }
    const action = runner.schedule(work, due) as unknown as {
      unsubscribe(): void;
      schedule(state: unknown, delay: number): void;
    };
    return { cancel: () => action.unsubscribe(), rearm: (next) => action.schedule(undefined, next) };
  }

  setPriority(target: number, priority: TaskPriority): void {
    this.runners[target]!.setPriority(priority);
  }

  advance(ms: number): void {
    this.env.advanceBy(ms);
  }

  dispose(): void {
    this.env.dispose();
  }
}

class ModelWorld implements World {
  readonly reported: string[] = [];
  private time = 0;
  private readonly model = new NaiveModel(Infinity);
  private readonly sequences = LANES.map((priority) => sequenceOf({ priority }, 1));
  private readonly works = new Map<ModelTask, () => void>();

  now(): number {
    return Math.floor(this.time);
  }

  post(kind: Job['kind'], target: number, due: number, work: () => void): Posted {
    const { model } = this;
    const task: ModelTask = {
      id: this.works.size,
      sequence: this.sequences[target]!,
      own: undefined,
      needsWorker: kind === 'task',
      place: 'nowhere',
      delay: 0,
      deadline: 0,
      order: 0,
    };
    let isClosed = false;
    this.works.set(task, () => {
      try {
        work();
        if (kind === 'task') isClosed = true;
      } catch (error) {
        // A task that was cancelled may fail as it likes; an action may not.
        if (kind === 'action' || !isClosed) this.reported.push(String(error));
        posted.cancel();
      }
    });
    const posted: Posted = {
      cancel: () => {
        isClosed = true;
        model.withdraw(task);
      },
      rearm: (next) => {
        if (!isClosed && kind === 'action') model.arm(task, next, this.time);
      },
    };
    model.arm(task, due, this.time);
    return posted;
  }

  setPriority(target: number, priority: TaskPriority): void {
    this.model.setPriority(this.sequences[target]!, priority);
  }

  advance(ms: number): void {
    const target = this.time + ms;
    for (;;) {
      this.drain();
      const next = Math.min(...this.model.delayed.map(({ deadline }) => deadline));
      if (next > target) break;
      this.time = next;
    }
    this.time = target;
  }

  dispose(): void {
    // There is nothing to give back.
  }

  private drain(): void {
    const { model } = this;
    model.promote(this.time);
    for (let [sequence] = model.startable(); sequence !== undefined; [sequence] = model.startable()) {
      const task = sequence.queue[0]!;
      model.start(task);
      this.works.get(task)!();
      model.end(task);
    }
  }
}

/** Runs a program: the log says which task ran when. */
function play(world: World, verbs: readonly Verb[]): string[] {
  const log: string[] = [];
  const posted: Posted[] = [];
  const post = (what: Job): void => {
    const id = posted.length;
    let left = what.repeats;
    const work = (): void => {
      log.push(`${id}@${world.now()}`);
      if (left-- > 0) self.rearm(what.delay);
      what.posts.forEach(post);
      if (what.cancels !== undefined) posted[what.cancels]?.cancel();
      if (what.setsPriority !== undefined) world.setPriority(what.target, what.setsPriority);
      if (what.throws) throw new Error(`Error of ${id}`);
    };
    const self = world.post(what.kind, what.target, what.delay, work);
    posted.push(self);
  };
  try {
    for (const verb of verbs) {
      if ('post' in verb) post(verb.post);
      else world.advance(verb.advance);
    }
    world.advance(1_000);
    return [...log, ...world.reported.sort()];
  } finally {
    world.dispose();
  }
}

/** An asynchronous task of one runner: what it awaits are microtasks (0) and timers of the pool. */
interface SlowJob {
  readonly target: number;
  readonly delay: number;
  readonly awaits: readonly number[];
}

const slowProgram = fc.array(
  fc.oneof(
    fc.record({
      slow: fc.record({
        target: fc.nat(2),
        delay: fc.constantFrom(0, 0, 1, 2, 4, 30),
        awaits: fc.array(fc.constantFrom(0, 0, 1, 3, 10), { maxLength: 4 }),
      }),
    }),
    advance,
  ),
  { minLength: 1, maxLength: 15 },
);

/** A job joins its queue when it is due, and begins when the one before it has ended. */
function timesOf(jobs: readonly (SlowJob & { readonly id: number; readonly joins: number })[]): string[] {
  const ends = new Map<number, number>();
  const inOrder = [...jobs].sort((a, b) => a.joins - b.joins || a.id - b.id);
  return inOrder.map(({ id, target, joins, awaits }) => {
    const begin = Math.max(joins, ends.get(target) ?? 0);
    const end = begin + awaits.reduce((sum, ms) => sum + ms, 0);
    ends.set(target, end);
    return `${id}: ${begin} to ${end}`;
  });
}

describe('A random program in a TaskEnvironment', () => {
  it('has the log of the naive model, task by task and time by time, and the same errors', () => {
    fc.assert(
      fc.property(program, (verbs) => {
        expect(play(new EnvironmentWorld(), verbs)).to.deep.equal(play(new ModelWorld(), verbs));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps sequences held across awaits for exactly as long as the awaits take', async () => {
    await fc.assert(
      fc.asyncProperty(slowProgram, async (verbs) => {
        const env = new TaskEnvironment();
        const pool = new ThreadPool({ workers: Infinity });
        const runners = [0, 1, 2].map(() => pool.createSequencedTaskRunner());
        const jobs: (SlowJob & { id: number; joins: number })[] = [];
        const log: string[] = [];
        const post = (what: SlowJob): void => {
          const id = jobs.length;
          jobs.push({ ...what, id, joins: env.now() + what.delay });
          runners[what.target]!.postDelayedTask(async () => {
            const begin = env.now();
            for (const ms of what.awaits)
              await (ms > 0 ? pool.postDelayedTask(() => undefined, ms) : Promise.resolve());
            log.push(`${id}: ${begin} to ${env.now()}`);
          }, what.delay);
        };
        try {
          for (const verb of verbs) {
            if ('slow' in verb) post(verb.slow);
            else await env.advanceByAsync(verb.advance);
          }
          await env.advanceByAsync(2_000);
        } finally {
          env.dispose();
        }
        expect(log.sort()).to.deep.equal(timesOf(jobs).sort());
      }),
      { numRuns: 50 },
    );
  });
});
