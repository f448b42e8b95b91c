import { expect } from 'chai';
import fc from 'fast-check';
import { concatMap, firstValueFrom, from, lastValueFrom, map, of, take, toArray } from 'rxjs';
import {
  createSingleThreadTaskRunner,
  fromTask,
  keyed,
  postTaskAndReply,
  type PostOptions,
  retrying,
  stats,
  type TaskFunction,
  type TaskHandle,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { taskMap } from '../../src/operators/index.js';
import { ThreadCloneError, ThreadsEndedError, transfer } from '../../src/threads/index.js';
import type { Threads, ThreadsOptions } from '../../src/threads/index.js';
import { rejectionOf } from '../support/support.js';
import { Line } from './support/line.js';
import type { Served } from './support/served.js';

/** Where threads run. */
export interface Platform {
  readonly name: string;
  threads(options?: ThreadsOptions): Threads<Served>;
  /** What a stack of the thread's names. */
  readonly stack: RegExp;
}

type Told = 'end' | 'fail';

/** Declares the specs that hold on every platform. They need neither Node nor a browser, and no time to pass. */
export function conformance({ name, threads: start, stack }: Platform): void {
  describe(`Tasks on threads, over ${name}`, () => {
    let all: Threads<Served>[] = [];
    let lines: Line[] = [];

    const made = (options?: ThreadsOptions): Threads<Served> => {
      const threads = start(options);
      all.push(threads);
      return threads;
    };
    const line = (): Line => {
      const one = new Line();
      lines.push(one);
      return one;
    };
    /** Threads, and a pool with as many workers. */
    const rig = (size = 1, options?: ThreadsOptions) => {
      const threads = made({ size, ...options });
      return { threads, tasks: threads.tasks, pool: new ThreadPool({ workers: threads.size, name: 'pool' }) };
    };

    // Most specs are content with one thread, which starts once.
    let shared: ReturnType<typeof rig>;
    before(() => {
      shared = rig();
      all = [];
    });
    beforeEach(async () => {
      await shared.pool.postTask(shared.tasks.read());
    });
    afterEach(async () => {
      await Promise.all(all.map((threads) => threads.stop()));
      for (const one of lines) one.close();
      [all, lines] = [[], []];
    });
    after(() => shared.threads.shutdown());

    const run = <T>(task: TaskFunction<T>, options?: PostOptions): TaskHandle<T> => shared.pool.postTask(task, options);
    const valuesOf = <T>(task: TaskFunction<T>): Promise<T[]> =>
      lastValueFrom(fromTask(shared.pool, task).pipe(toArray()));
    const seen = (): PromiseLike<string[]> => run(shared.tasks.read());

    describe('values', () => {
      const CLONEABLE: Record<string, unknown> = {
        undefined,
        null: null,
        'a number': -0.5,
        NaN,
        'a bigint': 2n ** 70n,
        'a text': 'täxt',
        'a boolean': true,
        'a date': new Date(7),
        'a regular expression': /a+/gi,
        'a map': new Map<unknown, unknown>([['a', [1, { b: null }]]]),
        'a set': new Set([1, 'two']),
        bytes: new Uint8Array([1, 2, 3]),
        'a buffer': new Uint8Array([4, 5]).buffer,
        'a view': new DataView(new ArrayBuffer(3), 1),
        'nested objects': { list: [1, { deep: { deeper: 'x' } }], none: undefined },
        'an error': new RangeError('far'),
        'a message like the own ones': ['rxjs-task-runner/1', 6, 1, 'not yours'],
        'an object with the name of a prototype': JSON.parse('{"__proto__": 1, "constructor": 2}') as unknown,
      };
      for (const [kind, value] of Object.entries(CLONEABLE)) {
        it(`${kind}: there and back, as a result, of a promise, and as a value of a stream`, async () => {
          const { tasks } = shared;
          const results = [
            await run(tasks.echo(value)),
            await run(tasks.later(value)),
            ...(await valuesOf(tasks.emit([value]))),
          ];
          for (const result of results) expect(result).to.deep.equal(value);
        });
      }

      it('with a circle keep it', async () => {
        const value: Record<string, unknown> = { name: 'a' };
        value['self'] = value;
        const result = (await run(shared.tasks.echo(value))) as typeof value;
        expect(result['self']).to.equal(result);
        expect(result).not.to.equal(value);
      });

      it('of any kind that fast-check knows come back equal', async () => {
        const { tasks } = shared;
        // Without maps and sets, which chai compares by sorting what need not be sortable.
        const anything = fc.anything({ withBigInt: true, withDate: true, withTypedArray: true });
        await fc.assert(
          fc.asyncProperty(anything, async (value) => {
            expect(await run(tasks.echo(value))).to.deep.equal(structuredClone(value));
          }),
          { numRuns: 50 },
        );
      });

      it('are cloned: what the thread has is not what the program has', async () => {
        const value = { n: 1 };
        const running = run(shared.tasks.later(value));
        expect(await running).to.deep.equal(value);
        expect(await running).not.to.equal(value);
      });

      it('of a task without a result: undefined', async () => {
        expect(await run(shared.tasks.nothing())).to.equal(undefined);
        expect(await valuesOf(shared.tasks.nothing())).to.deep.equal([undefined]);
      });

      it('as arguments keep their places: one that is left out is undefined, and a default takes its place', async () => {
        const { tasks } = shared;
        expect(await run(tasks.add(40, 2))).to.equal(42);
        expect(await run(tasks.optional(1, undefined))).to.equal('1 undefined');
        expect(await run(tasks.defaulted(1, undefined))).to.equal('1 7 object');
      });

      it('a task function can be posted more than once, and is called each time', async () => {
        const task = shared.tasks.count();
        const first = await run(task);
        expect([await run(task), await run(task)]).to.deep.equal([first + 1, first + 2]);
      });
    });

    describe('streams', () => {
      it('come value by value, in order, with their completion', async () => {
        const { tasks } = shared;
        expect(await valuesOf(tasks.emit([1, 'two', null]))).to.deep.equal([1, 'two', null]);
        expect(await valuesOf(tasks.ticks(20))).to.deep.equal(Array.from({ length: 20 }, (_, i) => i));
        expect(await valuesOf(tasks.emit([]))).to.deep.equal([]);
      });

      it('have their last value for a result when they are posted, and undefined when there is none', async () => {
        const { tasks } = shared;
        expect(await run(tasks.ticks(3))).to.equal(2);
        expect(await run(tasks.emit([]))).to.equal(undefined);
      });

      it('give all values before their error', async () => {
        const events: unknown[] = [];
        await new Promise<void>((resolve) => {
          fromTask(shared.pool, shared.tasks.emitAndFail([1, 2], 'late')).subscribe({
            next: (value) => events.push(value),
            error: (error: Error) => {
              events.push(`${error.name} ${error.message}`);
              resolve();
            },
          });
        });
        expect(events).to.deep.equal([1, 2, 'TypeError late']);
      });

      it('of generators, plain and async, come in order, and their clean-ups run', async () => {
        const { tasks } = shared;
        const numbers = Array.from({ length: 40 }, (_, i) => i);
        expect(await valuesOf(tasks.iterate(40))).to.deep.equal(numbers);
        expect((await seen()).at(-1)).to.equal('closed');
        expect(await valuesOf(tasks.rows(40))).to.deep.equal(numbers);
        expect((await seen()).at(-1)).to.equal('closed');
      });

      it('of a generator that throws give its values, and then its error', async () => {
        const events: unknown[] = [];
        await fromTask(shared.pool, shared.tasks.iterateAndFail(3))
          .forEach((value) => void events.push(value))
          .catch((error: unknown) => events.push((error as Error).message));
        expect(events).to.deep.equal([0, 1, 2, 'too far']);
      });

      it('end when they are unsubscribed from, in the thread too', async () => {
        const stream = fromTask(shared.pool, shared.tasks.never());
        expect(await firstValueFrom(stream)).to.equal('subscribed');
        expect(await seen()).to.deep.equal(['subscribed', 'unsubscribed']);
      });

      for (const credit of [1, 2, 5]) {
        it(`of a generator end when they are unsubscribed from: no more than its credit of ${credit} was made, and it is closed`, async () => {
          const { tasks, pool } = rig(1, { credit });
          expect(await firstValueFrom(fromTask(pool, tasks.rows(1_000)))).to.equal(0);
          const log = await pool.postTask(tasks.read());
          expect(log.at(-1)).to.equal('closed');
          // With a credit of 1 or 2, the first value has given back what it took.
          expect(log.length - 1).to.be.within(1, credit + 1);
        });
      }

      it('of an iterator that breaks the rules of iterators fail, and their thread goes on', async () => {
        const { tasks } = shared;
        expect(await valuesOf(tasks.bareIterator([{ value: 1 }, { done: true }]))).to.deep.equal([1]);
        expect(await rejectionOf(run(tasks.bareIterator([undefined])))).to.be.an.instanceof(TypeError);
      });

      it('any number of values, with any credit, arrive once and in order, from both kinds of generators: property', async () => {
        const rigs = [1, 2, 3, 16].map((credit) => rig(1, { credit }));
        await fc.assert(
          fc.asyncProperty(fc.constantFrom(...rigs), fc.nat(60), fc.nat(60), async ({ pool, tasks }, n, wanted) => {
            const numbers = Array.from({ length: n }, (_, i) => i);
            for (const task of [tasks.iterate(n), tasks.rows(n)]) {
              const values = fromTask(pool, task).pipe(take(wanted + 1), toArray());
              expect(await lastValueFrom(values)).to.deep.equal(numbers.slice(0, wanted + 1));
            }
            const log = await pool.postTask(tasks.read());
            expect(log.filter((one) => one === 'closed')).to.have.lengthOf(2);
          }),
          { numRuns: 30 },
        );
      });
    });

    describe('order', () => {
      it('of one sequence is kept across threads: each task begins when the one before has ended', async () => {
        const { tasks, pool } = rig(2);
        const [a, b, other] = [line(), line(), pool.createSequencedTaskRunner()];
        const sequence = pool.createSequencedTaskRunner();
        const first = sequence.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        const second = sequence.postTask(tasks.held(transfer(b.port, [b.port]), 'b'));
        await a.hears('began');
        // The other thread has time for others, and not for the second.
        for (let i = 0; i < 3; i++) await other.postTask(tasks.count());
        expect(b.heard).to.deep.equal([]);
        a.say('end');
        expect(await first).to.equal('a');
        await b.hears('began');
        b.say('end');
        expect(await second).to.equal('b');
      });

      it('of tasks of any kind is kept per sequence and per key, whatever the number of threads: property', async () => {
        const { tasks, pool } = rig(2);
        const kinds = [
          (i: number) => tasks.echo(i),
          (i: number) => tasks.later(i),
          (i: number) => tasks.emit([i]),
          (i: number) => tasks.ticks((i % 3) + 1),
          (i: number) => tasks.iterate((i % 3) + 1),
        ];
        const posts = fc.array(fc.record({ key: fc.nat(2), kind: fc.nat(kinds.length - 1) }), { maxLength: 12 });
        await fc.assert(
          fc.asyncProperty(posts, async (list) => {
            const events: { key: number; what: string }[] = [];
            const runners = keyed<number>(pool);
            await lastValueFrom(
              from(list.map((post, index) => ({ ...post, index }))).pipe(
                taskMap(
                  runners,
                  ({ key, kind, index }) => {
                    events.push({ key, what: `begin ${index}` });
                    return kinds[kind]!(index);
                  },
                  { key: ({ key }) => key },
                ),
                toArray(),
              ),
            );
            for (const key of [0, 1, 2]) {
              const own = list.flatMap((post, index) => (post.key === key ? [`begin ${index}`] : []));
              expect(events.filter((event) => event.key === key).map(({ what }) => what)).to.deep.equal(own);
            }
          }),
          { numRuns: 15 },
        );
      });

      it('of results is that of the values with taskMap on a sequence', async () => {
        const { tasks, pool } = rig(2);
        const sequence = pool.createSequencedTaskRunner();
        const results = of(1, 2, 3, 4).pipe(
          taskMap(sequence, (n) => (n % 2 === 0 ? tasks.later(n) : tasks.ticks(n))),
          toArray(),
        );
        expect(await lastValueFrom(results)).to.deep.equal([0, 2, 0, 1, 2, 4]);
      });

      it('of a thread is decided by the lanes, late: what is most urgent when it has room goes next', async () => {
        const { tasks, pool } = rig();
        const a = line();
        const order: string[] = [];
        const busy = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        const posts = (['best-effort', 'user-visible', 'user-blocking'] as const).map((priority) =>
          fromTask(pool, tasks.echo(priority), { priority }).forEach((value) => void order.push(value as string)),
        );
        const late = pool
          .postTask(tasks.echo('late'), { priority: 'best-effort' })
          .then((value) => order.push(value as string));
        a.say('end');
        await Promise.all([busy, late, ...posts]);
        expect(order).to.deep.equal(['user-blocking', 'user-visible', 'best-effort', 'late']);
      });

      it('tasks of several sequences run side by side, a thread each', async () => {
        const { tasks, pool } = rig(2);
        const [a, b] = [line(), line()];
        const both = [a, b].map(({ port }, i) => pool.postTask(tasks.held(transfer(port, [port]), `${i}`)));
        await Promise.all([a.hears('began'), b.hears('began')]);
        a.say('end');
        b.say('end');
        expect(await Promise.all(both)).to.deep.equal(['0', '1']);
      });

      it('calls that find all threads busy wait for one, oldest first', async () => {
        const { tasks } = rig();
        // More workers than threads.
        const pool = new ThreadPool({ workers: 4 });
        const a = line();
        const order: unknown[] = [];
        const busy = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        const others = [1, 2, 3].map((n) => pool.postTask(tasks.echo(n)).then((value) => order.push(value)));
        await a.hears('began');
        a.say('end');
        await Promise.all([busy, ...others]);
        expect(order).to.deep.equal([1, 2, 3]);
      });
    });

    describe('cancelling', () => {
      it('a task that is queued in the pool: the thread never hears of it', async () => {
        const { tasks, pool } = shared;
        const a = line();
        const busy = run(tasks.held(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        const before = stats(pool).queued;
        const queued = run(tasks.iterate(1));
        queued.cancel();
        expect((await rejectionOf(queued)).name).to.equal('AbortError');
        expect(stats(pool).queued).to.equal(before);
        a.say('end');
        await busy;
        expect(await seen()).to.deep.equal(['a began', 'a ended']);
      });

      it('a task that waits for a thread: the thread never hears of it, and it has ended at once', async () => {
        const { tasks } = rig();
        const pool = new ThreadPool({ workers: 3 });
        const sequence = pool.createSequencedTaskRunner();
        const a = line();
        const busy = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        const waiting = sequence.postTask(tasks.iterate(1));
        const next = sequence.postTask(() => 'next');
        await pool.postTask(() => 'it has begun');
        waiting.cancel();
        expect(await next).to.equal('next');
        a.say('end');
        await busy;
        expect(await pool.postTask(tasks.read())).to.deep.equal(['a began', 'a ended']);
      });

      it('a task that runs: its signal aborts in the thread, and its sequence and worker are free when its code has ended', async () => {
        const { tasks, pool } = rig();
        const sequence = pool.createSequencedTaskRunner();
        const [a, b] = [line(), line()];
        const running = sequence.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        const next = sequence.postTask(tasks.held(transfer(b.port, [b.port]), 'b'));
        running.cancel('enough');
        expect(await rejectionOf(running)).to.include({ name: 'AbortError', cause: 'enough' });
        await a.hears('aborted');
        expect(stats(pool)).to.include({ running: 1, queued: 1 });
        expect(b.heard).to.deep.equal([]);
        a.say('end');
        await b.hears('began');
        b.say('end');
        expect(await next).to.equal('b');
        expect(await pool.postTask(tasks.read())).to.deep.equal([
          'a began',
          'a aborted',
          'a ended',
          'b began',
          'b ended',
        ]);
      });

      for (const told of ['end', 'fail'] as Told[]) {
        it(`a task that is told to stop may then ${told}: nobody hears of it, and the next one begins`, async () => {
          const a = line();
          const running = run(shared.tasks.held(transfer(a.port, [a.port]), 'a'));
          await a.hears('began');
          running.cancel();
          await a.hears('aborted');
          a.say(told);
          expect(await run(shared.tasks.add(1, 1))).to.equal(2);
          expect(running.state).to.equal('cancelled');
        });
      }

      it('a polite task: it has ended before its sequence goes on', async () => {
        const a = line();
        const running = run(shared.tasks.polite(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        running.cancel();
        expect(await seen()).to.deep.equal(['a began', 'a ended']);
      });

      it('a stream: it is unsubscribed from in the thread before its sequence goes on', async () => {
        const a = line();
        const running = run(shared.tasks.heldStream(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        running.cancel();
        expect(await seen()).to.deep.equal(['a began', 'a ended']);
      });

      it('a generator that awaits: it is closed when that is over, and what its clean-up awaits holds its sequence', async () => {
        const { tasks } = shared;
        const a = line();
        const running = run(tasks.heldRows(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        const next = run(tasks.add(1, 1));
        running.cancel();
        a.say('a value too late');
        await a.hears('closing');
        expect(next.state).to.equal('pending');
        a.say('clean');
        expect(await next).to.equal(2);
        expect(await seen()).to.deep.equal(['a began', 'a closing', 'a ended']);
      });

      it('a generator that waits for credit: it is closed at once', async () => {
        const { tasks, pool } = rig(1, { credit: 1 });
        const values = fromTask(pool, tasks.rows(100)).pipe(take(3), toArray());
        expect(await lastValueFrom(values)).to.deep.equal([0, 1, 2]);
        const log = await pool.postTask(tasks.read());
        expect(log.at(-1)).to.equal('closed');
        expect(log).to.have.lengthOf.at.most(5);
      });

      it('a stream whose teardown throws: its sequence goes on, and so does its thread', async () => {
        const { tasks, pool } = shared;
        const calls = await run(tasks.count());
        expect(await firstValueFrom(fromTask(pool, tasks.teardownFails()))).to.equal('subscribed');
        expect(await run(tasks.count())).to.equal(calls + 1);
      });

      it('a task that has just ended, or was cancelled before: nothing happens', async () => {
        const done = run(shared.tasks.add(1, 2));
        expect(await done).to.equal(3);
        done.cancel();
        const a = line();
        const twice = run(shared.tasks.polite(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        twice.cancel();
        twice.cancel();
        expect(await run(shared.tasks.add(1, 2))).to.equal(3);
      });

      it('by a signal, by a time limit, and by unsubscribing reaches the thread', async () => {
        const { tasks, pool } = shared;
        const [a, b, c] = [line(), line(), line()];
        const controller = new AbortController();
        const signalled = run(tasks.polite(transfer(a.port, [a.port]), 'a'), { signal: controller.signal });
        await a.hears('began');
        controller.abort();
        expect((await rejectionOf(signalled)).name).to.equal('AbortError');

        const late = run(timeLimit(20, tasks.polite(transfer(b.port, [b.port]), 'b')));
        expect((await rejectionOf(late)).name).to.equal('TimeoutError');

        const subscription = fromTask(pool, tasks.polite(transfer(c.port, [c.port]), 'c')).subscribe();
        await c.hears('began');
        subscription.unsubscribe();
        expect(await seen()).to.deep.equal(['a began', 'a ended', 'b began', 'b ended', 'c began', 'c ended']);
      });

      it('with terminate: a task that goes on for longer than its grace loses its thread, and no other task is hurt', async () => {
        const { threads, tasks, pool } = rig(2);
        const [a, b] = [line(), line()];
        const other = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        const sequence = pool.createSequencedTaskRunner();
        const deaf = sequence.postTask(
          threads.call('deaf', [b.port], { transfer: [b.port], terminate: true, grace: 5 }),
        );
        await b.hears('began');
        const next = sequence.postTask(tasks.add(1, 2));
        deaf.cancel();
        expect((await rejectionOf(deaf)).name).to.equal('AbortError');
        expect(await next).to.equal(3);
        a.say('end');
        expect(await other).to.equal('a');
      });

      it('with terminate: a task that ends within its grace keeps its thread', async () => {
        const { threads, tasks, pool } = rig();
        const a = line();
        const first = await pool.postTask(tasks.count());
        const polite = threads.call('polite', [a.port, 'a'], { transfer: [a.port], terminate: true, grace: 60_000 });
        const running = pool.postTask(polite);
        await a.hears('began');
        running.cancel();
        expect(await pool.postTask(tasks.count())).to.equal(first + 1);
      });
    });

    describe('errors', () => {
      it('arrive with their name, message, cause, own fields, and the stack of their thread', async () => {
        const error = await rejectionOf(run(shared.tasks.fails('no money')));
        expect(error).to.be.an.instanceof(Error);
        expect(error).to.include({ name: 'LedgerError', message: 'no money', account: 'alice' });
        expect(error.stack).to.match(stack);
        expect(error.stack).to.contain('no money');
        const cause = error.cause as Error;
        expect(cause).to.be.an.instanceof(RangeError);
        expect(cause).to.include({ message: 'too much', cause: 'greed' });
        expect(Object.keys(error)).to.deep.equal(['account']);
      });

      it('of standard classes are of those classes again, those of an AggregateError too', async () => {
        for (const error of [new TypeError('t'), new RangeError('r'), new SyntaxError('s'), new URIError('u')]) {
          const rejection = await rejectionOf(run(shared.tasks.rejects(error)));
          expect(rejection).to.be.an.instanceof(error.constructor);
          expect(rejection.message).to.equal(error.message);
        }
        const both = (await rejectionOf(run(shared.tasks.aggregate()))) as unknown as AggregateError;
        expect(both).to.be.an.instanceof(AggregateError);
        expect(both.message).to.equal('both');
        expect(both.errors.map(String)).to.deep.equal(['Error: one', 'TypeError: two', '3']);
      });

      it('that are none arrive as they are', async () => {
        for (const thrown of ['a text', 7, null, undefined, { code: 'E' }]) {
          const outcome = await run(shared.tasks.rejects(thrown)).then(
            () => 'it did not reject',
            (reason: unknown) => reason,
          );
          expect(outcome).to.deep.equal(thrown);
        }
      });

      it('whose causes form a circle keep it', async () => {
        const error = await rejectionOf(run(shared.tasks.circular()));
        expect((error.cause as Error).message).to.equal('and round');
        expect((error.cause as Error).cause).to.equal(error);
      });

      it('that cannot even be read fail their task all the same', async () => {
        expect((await rejectionOf(run(shared.tasks.unreadable()))).message).to.match(/^Task 'unreadable' has failed/);
      });

      it('with a field of the name of a prototype keep theirs', async () => {
        const error = await rejectionOf(run(shared.tasks.protoField()));
        expect(error).to.be.an.instanceof(Error);
        expect((error as unknown as Record<string, unknown>)['isFake']).to.equal(undefined);
      });

      for (const [what, call, message] of [
        [
          'an argument',
          () => shared.tasks.echo({ a: [{ call: () => 1 }] }),
          "argument 1 of task 'echo', at .a[0].call, is a function",
        ],
        [
          'an argument that is a symbol',
          () => shared.tasks.add(1, Symbol('s') as never),
          "argument 2 of task 'add' is a symbol",
        ],
        [
          'a result',
          () => shared.tasks.uncloneableResult(),
          "the result of task 'uncloneableResult', at .list[1].call, is a function",
        ],
        [
          'a later result',
          () => shared.tasks.uncloneableLater(),
          "the result of task 'uncloneableLater', at .get('key'), is a symbol",
        ],
        [
          'a value of a stream',
          () => shared.tasks.uncloneableValue(),
          "a value of task 'uncloneableValue', at .socket, is a function",
        ],
        [
          'a value of a generator',
          () => shared.tasks.uncloneableRow(),
          "a value of task 'uncloneableRow', at [0], is a function",
        ],
        ['what is thrown', () => shared.tasks.throwsFunction(), "what task 'throwsFunction' has thrown is a function"],
      ] as [string, () => TaskFunction<unknown>, string][]) {
        it(`${what} that cannot be cloned is named, with its task and its path`, async () => {
          const error = await rejectionOf(run(call()));
          expect(error).to.be.an.instanceof(ThreadCloneError);
          expect(error.message).to.equal(`Cannot go to another thread: ${message}.`);
        });
      }

      it('a field of an error that cannot be cloned is named in its place', async () => {
        const error = await rejectionOf(run(shared.tasks.uncloneableError()));
        const place = "field 'handlers' of an error of task 'uncloneableError', at [0],";
        expect(error).to.include({ message: 'with a function', code: 7 });
        expect(error).to.have.property('handlers', `Cannot go to another thread: ${place} is a function.`);
      });

      it('a stream that has given what cannot be cloned is stopped: its teardown and its clean-ups run', async () => {
        const { tasks } = shared;
        const values: unknown[] = [];
        await fromTask(shared.pool, tasks.uncloneableValue())
          .forEach((value) => void values.push(value))
          .catch((error: unknown) => values.push((error as Error).name));
        expect(values).to.deep.equal([1, 'ThreadCloneError']);
        await rejectionOf(run(tasks.uncloneableRow()));
        expect(await seen()).to.deep.equal(['unsubscribed', 'closed']);
      });

      for (const missing of ['missing', 'constructor', '__proto__', 'toString', 'hasOwnProperty', '']) {
        it(`a task '${missing}', which is not served, cannot be called`, async () => {
          const error = await rejectionOf(run(shared.threads.call(missing as 'nothing', [])));
          expect(error).to.be.an.instanceof(TypeError);
          expect(error.message).to.match(
            /^No task '.*' is served by the module of the threads, which serves: echo, add, /,
          );
          expect(await run(shared.tasks.add(1, 1))).to.equal(2);
        });
      }

      it('of one task leave the others alone', async () => {
        const results = await Promise.allSettled(
          [1, 2, 3].map((n) => run(n === 2 ? shared.tasks.fails('x') : shared.tasks.echo(n))),
        );
        expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
      });
    });

    describe('transfer', () => {
      it('moves arguments, marked where they are written or named with the call', async () => {
        const { tasks, threads } = shared;
        const [one, two] = [new ArrayBuffer(8), new ArrayBuffer(9)];
        expect(await run(tasks.sizeOf(transfer(one, [one])))).to.equal(8);
        expect(await run(threads.call('sizeOf', [two], { transfer: [two] }))).to.equal(9);
        expect([one.byteLength, two.byteLength]).to.deep.equal([0, 0]);
      });

      it('takes what is both marked and named once', async () => {
        const buffer = new ArrayBuffer(8);
        const marked = transfer(buffer, [buffer]);
        expect(await run(shared.threads.call('sizeOf', [marked], { transfer: [buffer] }))).to.equal(8);
      });

      it('moves results, and values of streams: nothing of them stays in the thread', async () => {
        const { tasks } = shared;
        expect(await run(tasks.bytes(3))).to.deep.equal(new Uint8Array([7, 7, 7]));
        const chunks = await valuesOf(tasks.chunks(2));
        expect(chunks).to.deep.equal([new Uint8Array(8).fill(0), new Uint8Array(8).fill(1)]);
        expect(await seen()).to.deep.equal(['left 0', 'left 0']);
      });

      it('without it arguments are copied', async () => {
        const buffer = new ArrayBuffer(8);
        expect(await run(shared.tasks.sizeOf(buffer))).to.equal(8);
        expect(buffer.byteLength).to.equal(8);
      });

      it('of what was moved already fails, and says which argument it is', async () => {
        const buffer = new ArrayBuffer(8);
        const task = shared.threads.call('sizeOf', [buffer], { transfer: [buffer] });
        expect(await run(task)).to.equal(8);
        const error = await rejectionOf(run(task));
        expect(error).to.be.an.instanceof(ThreadCloneError);
        expect(error.message).to.match(/argument 1 of task 'sizeOf' is an array buffer that was moved already/);
      });

      it('of what cannot be moved fails', async () => {
        const error = await rejectionOf(run(shared.threads.call('echo', [1], { transfer: [{}] })));
        expect(error).to.be.an.instanceof(ThreadCloneError);
        expect(error.message).to.match(/^Cannot go to another thread: what task 'echo' is to be given/);
        expect(await run(shared.tasks.add(1, 1))).to.equal(2);
      });
    });

    describe('verbs', () => {
      it('retrying runs a task on a thread again, and gives the error of the last attempt', async () => {
        const error = await rejectionOf(run(retrying(shared.tasks.fails('again'), { count: 2 })));
        expect(error).to.include({ name: 'LedgerError', message: 'again' });
        const first = await run(shared.tasks.count());
        const twice: TaskFunction<unknown> = (context) =>
          shared.tasks
            .count()(context)
            .pipe(
              map((n) => {
                if (n === first + 1) throw new Error('the first attempt');
                return n;
              }),
            );
        expect(await run(retrying(twice, { count: 1 }))).to.equal(first + 2);
      });

      it('retrying with a time limit: the next attempt begins when the code of the last has ended in the thread', async () => {
        const { tasks } = shared;
        const [a, b] = [line(), line()];
        const rest = [a, b];
        const attempt: TaskFunction<string> = (context) => {
          const { port } = rest.shift()!;
          return tasks.held(transfer(port, [port]), rest.length === 1 ? 'a' : 'b')(context);
        };
        const running = run(
          retrying((context) => (rest.length === 2 ? timeLimit(20, attempt)(context) : attempt(context)), { count: 1 }),
        );
        await a.hears('aborted');
        expect(b.heard).to.deep.equal([]);
        a.say('end');
        await b.hears('began');
        b.say('end');
        expect(await running).to.equal('b');
        expect(await seen()).to.deep.equal(['a began', 'a aborted', 'a ended', 'b began', 'b ended']);
      });

      it('postTaskAndReply takes the result of a thread to another runner', async () => {
        const on = new ThreadPool().createSequencedTaskRunner({ name: 'reply' });
        const reply = postTaskAndReply(shared.pool, shared.tasks.add(20, 1), (sum) => sum * 2, { on });
        expect(await reply).to.equal(42);
      });

      it('a task of several calls is one task: its sequence waits for all of them', async () => {
        const { tasks, pool } = shared;
        const sum: TaskFunction<number> = (context) =>
          from([1, 2, 3]).pipe(
            concatMap((n) => tasks.add(n, n)(context)),
            take(2),
          );
        expect(await lastValueFrom(fromTask(pool, sum).pipe(toArray()))).to.deep.equal([2, 4]);
      });
    });

    describe('several tasks on a thread', () => {
      it('run side by side with perThread, as many and no more', async () => {
        const { tasks } = rig(1, { perThread: 2 });
        const pool = new ThreadPool({ workers: 3 });
        const [a, b, c] = [line(), line(), line()];
        const running = [a, b, c].map(({ port }, i) => pool.postTask(tasks.held(transfer(port, [port]), `${i}`)));
        await Promise.all([a.hears('began'), b.hears('began')]);
        expect(c.heard).to.deep.equal([]);
        b.say('end');
        await c.hears('began');
        a.say('end');
        c.say('end');
        expect(await Promise.all(running)).to.deep.equal(['0', '1', '2']);
      });

      it('one that may be terminated has its thread for itself, and is not put off for ever by smaller ones', async () => {
        const { threads, tasks } = rig(1, { perThread: 2 });
        const pool = new ThreadPool({ workers: 8 });
        const [a, b] = [line(), line()];
        const first = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        const alone = pool.postTask(threads.call('held', [b.port, 'b'], { transfer: [b.port], terminate: true }));
        const after = pool.postTask(tasks.echo('after'));
        a.say('end');
        await b.hears('began');
        expect(after.state).to.equal('running');
        b.say('end');
        expect(await Promise.all([first, alone, after])).to.deep.equal(['a', 'b', 'after']);
      });
    });

    describe('the end', () => {
      it('shutdown of a pool ends what must end; threads that end with it are shut down then', async () => {
        const { threads, tasks, pool } = rig();
        threads.endWith(pool);
        const a = line();
        const running = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        const must = pool.postTask(tasks.add(1, 2), { shutdownBehavior: 'block-shutdown', name: 'must' });
        const may = pool.postTask(tasks.add(1, 3), { name: 'may' });
        may.then(undefined, () => undefined);
        await a.hears('began');
        const report = pool.shutdown();
        a.say('end');
        expect(await running).to.equal('a');
        expect(await must).to.equal(3);
        expect(await report).to.deep.include({ ran: ['pool', 'must'], skipped: ['may'] });
        await threads.shutdown();
        const late = await rejectionOf(new ThreadPool().postTask(tasks.add(1, 1)));
        expect(late).to.be.an.instanceof(ThreadsEndedError);
      });

      it('shutdown of threads waits for the calls that run and wait, takes no more, and is idempotent', async () => {
        const { threads, tasks } = rig();
        const pool = new ThreadPool();
        const a = line();
        const running = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        const waiting = pool.postTask(tasks.add(1, 2));
        await a.hears('began');
        const done = threads.shutdown();
        const again = threads.shutdown();
        const late = await rejectionOf(pool.postTask(tasks.add(1, 1)));
        expect(late.message).to.equal("The threads 'thread' are shut down.");
        a.say('end');
        expect(await Promise.all([running, waiting])).to.deep.equal(['a', 3]);
        await Promise.all([done, again]);
      });

      it('shutdown with a timeout ends what goes on for longer, which fails', async () => {
        const { threads, tasks, pool } = rig();
        const a = line();
        const deaf = pool.postTask(tasks.deaf(transfer(a.port, [a.port])));
        await a.hears('began');
        const failed = rejectionOf(deaf);
        await threads.shutdown({ timeout: 5 });
        expect(await failed).to.be.an.instanceof(ThreadsEndedError);
      });

      it('stop fails what runs and what waits, at once', async () => {
        const { threads, tasks } = rig();
        const pool = new ThreadPool();
        const a = line();
        const deaf = rejectionOf(pool.postTask(tasks.deaf(transfer(a.port, [a.port]))));
        const waiting = rejectionOf(pool.postTask(tasks.add(1, 2)));
        await a.hears('began');
        await threads.stop();
        for (const error of [await deaf, await waiting]) {
          expect(error).to.be.an.instanceof(ThreadsEndedError);
          expect(error.message).to.equal("The threads 'thread' were stopped.");
        }
      });

      it('of threads that were never needed is quick', async () => {
        const { threads } = rig(4);
        await threads.shutdown();
        await threads.stop();
      });

      it('threads that start at once are ended too', async () => {
        const threads = made({ size: 2, eager: true });
        await threads.shutdown();
      });
    });

    describe('pinned threads', () => {
      it('have a state of their own, the same for the same name, and keep the order of their tasks', async () => {
        const { threads, tasks, pool } = rig();
        const [one, two] = [threads.pinned('one'), threads.pinned('two')];
        expect(threads.pinned('one')).to.equal(one);
        const order: unknown[] = [];
        const many = new ThreadPool({ workers: 8 });
        await Promise.all([1, 2, 3].map((n) => many.postTask(one.tasks.later(n)).then((value) => order.push(value))));
        expect(order).to.deep.equal([1, 2, 3]);
        const lines = [line(), line()];
        const [a, b] = lines as [Line, Line];
        const held = [one, two].map((pin, i) =>
          many.postTask(pin.tasks.held(transfer(lines[i]!.port, [lines[i]!.port]), `${i}`)),
        );
        await Promise.all([a.hears('began'), b.hears('began')]);
        // The other threads are free.
        expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
        a.say('end');
        b.say('end');
        expect(await Promise.all(held)).to.deep.equal(['0', '1']);
      });

      it('end with the others, and one that is asked for afterwards has ended', async () => {
        const { threads } = rig();
        const pool = new ThreadPool();
        const pin = threads.pinned('db');
        await pool.postTask(pin.tasks.count());
        await threads.shutdown();
        for (const ended of [pin, threads.pinned('late')]) {
          const error = await rejectionOf(pool.postTask(ended.tasks.count()));
          expect(error).to.be.an.instanceof(ThreadsEndedError);
        }
      });
    });

    describe('a single-thread runner', () => {
      it('that is given a pinned thread ends it, when its shutdown has run the tasks', async () => {
        const { threads, pool } = rig();
        const thread = threads.pinned('db');
        const database = createSingleThreadTaskRunner({ name: 'database', thread });
        const counts = [1, 2, 3].map(() => database.postTask(thread.tasks.count()));
        expect(await database.shutdown()).to.deep.include({ ran: ['database', 'database', 'database'] });
        const [first, ...others] = await Promise.all(counts);
        expect(others).to.deep.equal([first! + 1, first! + 2]);
        const late = await rejectionOf(pool.postTask(thread.tasks.count()));
        expect(late).to.be.an.instanceof(ThreadsEndedError);
      });

      it('leaves the other threads alone, and refuses what is no thread', async () => {
        const { threads, tasks, pool } = rig();
        const thread = threads.pinned('db');
        await createSingleThreadTaskRunner({ thread }).shutdown();
        expect(await pool.postTask(tasks.add(1, 2))).to.equal(3);
        for (const wrong of [null, 1, {}]) {
          expect(() => createSingleThreadTaskRunner({ thread: wrong as never })).to.throw(
            TypeError,
            'The option thread',
          );
        }
      });
    });

    describe('bad input', () => {
      it('fails where it is given', () => {
        const { threads } = shared;
        expect(() => threads.call(1 as never, [] as never)).to.throw(TypeError, 'The name of a task must be a string');
        expect(() => threads.call('add', 'ab' as never)).to.throw(
          TypeError,
          "The arguments of task 'add' must be an array",
        );
        expect(() => threads.call('nothing', [], { grace: -1 })).to.throw(RangeError, 'The option grace');
        expect(() => threads.call('nothing', [], { transfer: 'x' as never })).to.throw(
          TypeError,
          'The option transfer',
        );
        expect(() => threads.call('nothing', [], { terminate: 1 as never })).to.throw(
          TypeError,
          'The option terminate',
        );
        expect(() => threads.pinned(1 as never)).to.throw(TypeError, 'The name of a pinned thread');
        expect(() => threads.endWith({} as never)).to.throw(TypeError, 'Threads can end with a pool');
        expect(() => transfer(1 as never, [])).to.throw(TypeError, 'What is transferred');
        for (const options of [
          { size: 0 },
          { perThread: 1.5 },
          { credit: Infinity },
          { startTimeout: -1 },
          { maxRestarts: -1 },
        ]) {
          expect(() => start(options)).to.throw(RangeError);
        }
        for (const options of [{ size: '4' }, { name: 1 }, { eager: 1 }, 'options']) {
          expect(() => start(options as never)).to.throw(TypeError);
        }
      });

      it('a proxy of tasks is no promise, and has no symbols', () => {
        const nothing: unknown = (shared.tasks as Record<string, unknown>)['then'];
        expect(nothing).to.equal(undefined);
        expect((shared.tasks as Record<symbol, unknown>)[Symbol.iterator]).to.equal(undefined);
      });
    });
  });
}
