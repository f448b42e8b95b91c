import { expect } from 'chai';
import fc from 'fast-check';
import { concat, map, Observable, throwError, timer } from 'rxjs';
import { earlierErrors, retrying, steps, type TaskContext, type TaskFunction, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';

/** How one attempt goes: by which means, for how long, how it ends, and how long it cleans up when it is aborted. */
interface Part {
  readonly kind: 'sync' | 'observable' | 'promise' | 'steps';
  readonly ms: number;
  readonly ends: 'well' | 'fails' | 'aborts';
  readonly cleanUp: number;
  /** Milliseconds until the next attempt, where there is one; null where `if` says no. */
  readonly delay: number | null;
}

interface Program {
  readonly parts: readonly Part[];
  readonly count: number;
  /** When the handle is cancelled. */
  readonly cancelAt: number;
  readonly limit: number;
}

// What comes from outside comes at odd moments, so that nothing is a tie.
const even = (min: number, max: number) => fc.integer({ min, max }).map((half) => 2 * half);
const oddly = (offset: 1 | 3) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(Infinity) },
    fc.integer({ min: 0, max: 20 }).map((n) => 4 * n + offset),
  );
const parts = fc.array(
  fc.record<Part>({
    kind: fc.constantFrom('sync', 'observable', 'promise', 'steps'),
    ms: even(1, 6),
    ends: fc.constantFrom('fails', 'fails', 'fails', 'aborts', 'aborts', 'well'),
    cleanUp: even(0, 4),
    delay: fc.option(even(0, 8), { freq: 9 }),
  }),
  { minLength: 1, maxLength: 6 },
);
const programs = fc.record<Program>({
  parts,
  count: fc.integer({ min: 0, max: 6 }),
  cancelAt: oddly(1),
  limit: oddly(3),
});

/** What is promised, in numbers: the log of the attempts, how the handle settles and when, and when the next task begins. */
function promised({ parts: script, count, cancelAt, limit }: Program): unknown[] {
  const log: string[] = [];
  const cut = Math.min(cancelAt, limit);
  const cutState = cancelAt < limit ? 'cancelled' : 'failed';
  let time = 0;
  for (let attempt = 1; ; attempt++) {
    const { kind, ends, cleanUp, delay, ms } = script[(attempt - 1) % script.length]!;
    // Synchronous code takes no time, and cannot be stopped.
    const isSync = kind === 'sync';
    const end = time + (isSync ? 0 : ms);
    log.push(`begin ${attempt} at ${time}`);
    const cleansUp = kind === 'promise' ? cleanUp : 0;
    if (end > cut) return [log, cutState, cut, cut + cleansUp];
    const over = end + (ends === 'aborts' ? cleansUp : 0);
    if (ends === 'well') return [log, 'done', end, end];
    const goesOn = attempt <= count && delay !== null;
    if (attempt <= count) log.push(`if ${attempt} at ${end}`);
    if (!goesOn) return [log, 'failed', end, over];
    if (over > cut) return [log, cutState, cut, over];
    log.push(`delay ${attempt} at ${over}`);
    if (over + delay > cut) return [log, cutState, cut, cut];
    time = over + delay;
  }
}

async function happened({ parts: script, count, cancelAt, limit }: Program, kind: string): Promise<unknown[]> {
  const env = new TaskEnvironment();
  const log: string[] = [];
  const note = (what: string, attempt: number): unknown => log.push(`${what} ${attempt} at ${env.now()}`);
  // On a pool of its own, so that it takes no worker of the runner's.
  const clock = new ThreadPool({ workers: Infinity });
  const after = (ms: number): Observable<number> => timer(ms, clock);
  const errors: Error[] = [];
  let attempts = 0;
  const partOf = (attempt: number): Part => script[(attempt - 1) % script.length]!;

  const task: TaskFunction<unknown> = (context) => {
    const attempt = ++attempts;
    note('begin', attempt);
    const { ends, ms, cleanUp, kind: how } = partOf(attempt);
    const error = Object.freeze(new Error(`error ${attempt}`));
    if (ends !== 'well') errors.push(error);
    const end = (): number => {
      if (ends === 'fails') throw error;
      if (ends === 'aborts') context.abort(error);
      return attempt;
    };
    if (how === 'sync') return end();
    if (ends === 'aborts') context.alarm(ms, end);
    if (how === 'promise') return asPromise(context, end, ms, cleanUp, ends === 'aborts');
    const observable = (): Observable<unknown> => {
      if (ends === 'aborts') return new Observable();
      return ends === 'fails'
        ? concat(
            after(ms),
            throwError(() => error),
          )
        : after(ms).pipe(map(() => attempt));
    };
    if (how === 'observable') return observable();
    return steps<unknown>(function* () {
      yield;
      return observable();
    })(context);
  };

  /** Ends in `ms`, or, when its signal aborts, so many milliseconds later. */
  const asPromise = (context: TaskContext, end: () => number, ms: number, cleanUp: number, waits: boolean) =>
    new Promise((resolve, reject) => {
      if (!waits) {
        context.alarm(ms, () => {
          try {
            resolve(end());
          } catch (error) {
            reject(error);
          }
        });
      }
      context.signal.addEventListener('abort', () => after(cleanUp).subscribe(resolve));
    });

  const runner = RUNNER_KINDS[kind]!();
  let settledAt = NaN;
  let nextAt = NaN;
  const again = retrying(task, {
    count,
    if: (_, attempt) => (note('if', attempt), partOf(attempt).delay !== null),
    delay: (attempt) => (note('delay', attempt), partOf(attempt).delay!),
  });
  // The limit is that of a task around it: failing by it is failing at once.
  const handle = runner.postTask((context) => {
    if (limit !== Infinity) context.alarm(limit, () => context.abort('limit'));
    return again(context);
  });
  handle.whenSettled(() => (settledAt = env.now()));
  if (kind !== 'a parallel runner' && kind !== 'a pool') void runner.postTask(() => (nextAt = env.now()));
  const cancelling = clock.schedule(() => handle.cancel(), cancelAt);
  await env.advanceByAsync(400);
  cancelling.unsubscribe();
  const isLast = handle.state === 'failed' && handle.result !== 'limit';
  if (isLast) {
    expect(handle.result).to.equal(errors.at(-1));
    expect(earlierErrors(handle.result)).to.deep.equal(errors.slice(0, -1));
  }
  env.dispose();
  return [log, handle.state, settledAt, nextAt];
}

describe('retrying, whatever its attempts do,', () => {
  for (const kind of Object.keys(RUNNER_KINDS)) {
    it(`makes the attempts, and settles and ends when a naive model of its promises says, on ${kind}`, () =>
      fc.assert(
        fc.asyncProperty(programs, async (program) => {
          const [log, state, settledAt, nextAt] = promised(program);
          const hasNext = kind !== 'a parallel runner' && kind !== 'a pool';
          expect(await happened(program, kind)).to.deep.equal([log, state, settledAt, hasNext ? nextAt : NaN]);
        }),
        { numRuns: 150 },
      ));
  }
});
