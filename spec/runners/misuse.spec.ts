import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import {
  clear,
  configure,
  flush,
  hold,
  pendingTasks,
  type Runner,
  stats,
  ThreadPool,
  whenIdle,
  whenRoom,
} from '../../src/index.js';
import { errorOf, macrotask } from '../support/support.js';

describe('Misuse throws at the call site, with a sentence that names the rule and the value received', () => {
  let pool: ThreadPool;
  let runner: Runner;

  beforeEach(() => {
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner();
  });

  const noop = (): void => undefined;

  for (const [value, shown] of [
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    ['4', "'4'"],
    [null, 'null'],
  ] as const) {
    it(`workers must be a positive integer or Infinity, not ${shown}`, () => {
      const error = errorOf(() => new ThreadPool({ workers: value as never }));
      expect(error).to.be.an.instanceof(typeof value === 'number' ? RangeError : TypeError);
      expect(error.message).to.equal(`workers must be a positive integer or Infinity; got ${shown}.`);
    });
  }

  it('onTaskError must be a function', () => {
    const error = errorOf(() => new ThreadPool({ onTaskError: 'log' as never }));
    expect(error).to.be.an.instanceof(TypeError);
    expect(error.message).to.equal("onTaskError must be a function; got 'log'.");
  });

  it('a name must be a string', () => {
    const message = 'The trait name must be a string; got 7.';
    expect(errorOf(() => new ThreadPool({ name: 7 as never })).message).to.equal(message);
    expect(errorOf(() => pool.createSequencedTaskRunner({ name: 7 as never })).message).to.equal(message);
    expect(errorOf(() => runner.postTask(noop, { name: 7 as never })).message).to.equal(message);
  });

  it('a priority must be one of the four words, wherever it is given', () => {
    const message = "A priority must be 'user-blocking', 'user-visible', 'best-effort' or 'background'; got 'urgent'.";
    const urgent = 'urgent' as never;
    const misuses = [
      () => pool.createSequencedTaskRunner({ priority: urgent }),
      () => runner.postTask(noop, { priority: urgent }),
      () => runner.postDelayedTask(noop, 1, { priority: urgent }),
      () => runner.withPriority(urgent),
      () => pool.withPriority(urgent),
      () => {
        runner.setPriority(urgent);
      },
    ];
    for (const misuse of misuses) {
      const error = errorOf(misuse);
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.equal(message);
    }
  });

  it('keepAlive must be a boolean', () => {
    const error = errorOf(() => pool.createSequencedTaskRunner({ keepAlive: 'no' as never }));
    expect(error).to.be.an.instanceof(TypeError);
    expect(error.message).to.equal("The trait keepAlive must be true or false; got 'no'.");
  });

  it('a shutdown behaviour must be one of the three', () => {
    const error = errorOf(() => runner.postTask(noop, { shutdownBehavior: 'block' as never }));
    expect(error).to.be.an.instanceof(TypeError);
    expect(error.message).to.equal(
      'The trait shutdownBehavior must be ' +
        "'skip-on-shutdown', 'block-shutdown' or 'continue-on-shutdown'; got 'block'.",
    );
  });

  it('a task must be a function', () => {
    for (const [value, shown] of [
      [undefined, 'undefined'],
      [7, '7'],
    ] as const) {
      const message = `A task must be a function; got ${shown}.`;
      expect(errorOf(() => runner.postTask(value as never)).message).to.equal(message);
      expect(errorOf(() => runner.postDelayedTask(value as never, 1)).message).to.equal(message);
      expect(errorOf(() => pool.postTask(value as never))).to.be.an.instanceof(TypeError);
    }
  });

  it('the work to schedule must be a function', () => {
    for (const scheduler of [runner, pool, runner.withPriority('best-effort')]) {
      const error = errorOf(() => scheduler.schedule('work' as never));
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.equal("The work to schedule must be a function; got 'work'.");
    }
  });

  it('a delay must be a number', () => {
    for (const [value, shown] of [
      ['soon', "'soon'"],
      [true, 'true'],
    ] as const) {
      const message = `A delay must be a number of milliseconds; got ${shown}.`;
      expect(errorOf(() => runner.postDelayedTask(noop, value as never)).message).to.equal(message);
      expect(errorOf(() => runner.schedule(noop, value as never)).message).to.equal(message);
      const option = errorOf(() => runner.postTask(noop, { delay: value as never }));
      expect(option).to.be.an.instanceof(TypeError);
      expect(option.message).to.equal(`The option delay must be a number of milliseconds; got ${shown}.`);
    }
    const missing = errorOf(() => runner.postDelayedTask(noop, undefined as never));
    expect(missing.message).to.equal('A delay must be a number of milliseconds; got undefined.');
  });

  it('a numeric string is no delay of a task, but one of an action, as for the schedulers of RxJS', () => {
    expect(errorOf(() => runner.postDelayedTask(noop, '5' as never)).message).to.contain("got '5'.");
    expect(errorOf(() => runner.postTask(noop, { delay: '5' as never })).message).to.contain("got '5'.");
    runner.schedule(noop, '60000' as never).unsubscribe();
    expect(stats(runner)).to.include({ queued: 0, delayed: 0 });
  });

  it('a signal must be an AbortSignal', () => {
    for (const [value, shown] of [
      [7, '7'],
      ['now', "'now'"],
    ] as const) {
      const error = errorOf(() => runner.postTask(noop, { signal: value as never }));
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.contain('signal').and.to.contain(`got ${shown}.`);
    }
    expect(errorOf(() => runner.postTask(noop, { signal: new AbortController() as never }))).to.be.an.instanceof(
      TypeError,
    );
  });

  it('an object in the place of something else is called an object, whatever it is', () => {
    for (const value of [{}, new Date(0), Promise.resolve()] as never[]) {
      const errors = [
        errorOf(() => runner.postTask(value)),
        errorOf(() => runner.schedule(value)),
        errorOf(() => runner.schedule(noop, value)),
        errorOf(() => runner.postTask(noop, { priority: value })),
        errorOf(() => new ThreadPool({ workers: value })),
      ];
      for (const error of errors) expect(error.message).to.match(/; got an object/);
    }
  });

  it('options must be an object', () => {
    for (const [value, shown] of [
      [5, '5'],
      [null, 'null'],
    ] as const) {
      const options = value as never;
      const calls = [
        () => runner.postTask(noop, options),
        () => runner.postDelayedTask(noop, 1, options),
        ...[runner, pool].flatMap((one) => [
          () => void flush(one, options),
          () => void whenIdle(one, options),
          () => void whenRoom(one, options),
          () => void one.whenShutdown(options),
          () => void one.shutdown(options),
        ]),
      ];
      for (const call of calls) {
        const error = errorOf(call);
        expect(error).to.be.an.instanceof(TypeError);
        expect(error.message).to.equal(`Options must be an object; got ${shown}.`);
      }
    }
    expect(stats(pool).isShutdown).to.be.false;
  });

  it('verbs that look inside of a runner need one that this library has made', () => {
    for (const verb of [flush, whenIdle, whenRoom, stats, pendingTasks, hold, clear]) {
      const error = errorOf(() => void verb(asyncScheduler as never));
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.equal(
        `${verb.name} needs a runner that this library has made, a pool, or a keyed runner; of a view give its runner; got an object.`,
      );
    }
  });

  it('a time-out of a shutdown must be a number of milliseconds, 0 or more, or Infinity', () => {
    for (const [value, shown] of [
      [-1, '-1'],
      [NaN, 'NaN'],
      ['1', "'1'"],
    ] as const) {
      const error = errorOf(() => pool.shutdown({ timeout: value as never }));
      expect(error).to.be.an.instanceof(typeof value === 'number' ? RangeError : TypeError);
      const rule = 'The timeout of a shutdown must be a number of milliseconds, 0 or more, or Infinity';
      expect(error.message).to.equal(`${rule}; got ${shown}.`);
    }
    expect(stats(pool).isShutdown).to.be.false;
  });

  it('a turn budget and the longest waits must be positive numbers', () => {
    const budget = errorOf(() => configure({ turnBudget: 0 }));
    expect(budget).to.be.an.instanceof(RangeError);
    expect(budget.message).to.equal('turnBudget must be a positive number of milliseconds; got 0.');
    const wait = errorOf(() => configure({ maxWait: { 'best-effort': NaN } }));
    expect(wait.message).to.equal('maxWait of best-effort must be a positive number of milliseconds; got NaN.');
    const lane = errorOf(() => configure({ maxWait: { 'user-blocking': 5 } as never }));
    expect(lane.message).to.equal("maxWait is of 'user-visible' and 'best-effort' only; got 'user-blocking'.");
  });

  it('and nothing is posted by it', async () => {
    errorOf(() => runner.postTask(noop, { priority: 'urgent' as never }));
    errorOf(() => runner.postDelayedTask(noop, '5' as never));
    errorOf(() => runner.schedule('work' as never));
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
    await macrotask();
    expect(stats(pool)).to.include({ queued: 0, busy: 0, delayed: 0, rejected: 0 });
  });
});
