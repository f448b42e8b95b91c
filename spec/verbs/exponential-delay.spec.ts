import { expect } from 'chai';
import fc from 'fast-check';
import { exponentialDelay, type ExponentialDelayOptions, retrying, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { errorOf } from '../support/support.js';

const FIVE = [1, 2, 3, 4, 5];
const first = fc.integer({ min: 1, max: 10_000 });
const limits = fc.record({
  factor: fc.constantFrom(1, 1.5, 2, 10),
  max: fc.constantFrom(0, 50, 5_000, Infinity),
});

describe('exponentialDelay', () => {
  it('gives the first delay for attempt 1, and twice the one before for each further one', () => {
    expect(FIVE.map(exponentialDelay(100))).to.deep.equal([100, 200, 400, 800, 1_600]);
  });

  it('grows by its factor, up to its maximum, in whole milliseconds', () => {
    expect(FIVE.map(exponentialDelay(100, { factor: 1.25, max: 170 }))).to.deep.equal([100, 125, 156, 170, 170]);
    expect(FIVE.map(exponentialDelay(100, { factor: 1 }))).to.deep.equal([100, 100, 100, 100, 100]);
    expect(exponentialDelay(100, { max: 5_000 })(10_000)).to.equal(5_000);
  });

  it('leaves the share of its jitter to chance: all of it with 1, half of it with 0.5', () => {
    const delays = (options: ExponentialDelayOptions): number[] =>
      [0, 0.5, 1].map((chance) => exponentialDelay(100, { ...options, random: () => chance })(2));
    expect(delays({ jitter: 1 })).to.deep.equal([200, 100, 0]);
    expect(delays({ jitter: 0.5 })).to.deep.equal([200, 150, 100]);
    expect(delays({ jitter: 1, max: 120 })).to.deep.equal([120, 60, 0]);
  });

  it('is a number at every attempt, whatever chance gives', () => {
    for (const random of [() => 0, () => 1]) {
      const delay = exponentialDelay(1, { jitter: 1, random });
      expect([1, 1_000, 10_000].map(delay)).to.satisfy((delays: number[]) => delays.every((ms) => ms >= 0));
    }
  });

  it('asks for no random number without jitter', () => {
    const random = (): never => {
      throw new Error('asked');
    };
    expect(exponentialDelay(100, { random })(3)).to.equal(400);
  });

  it('with Math.random stays between the share that is certain and the full delay, which never shrinks', () => {
    fc.assert(
      fc.property(first, limits, fc.constantFrom(0, 0.25, 1), (start, options, jitter) => {
        const full = FIVE.map(exponentialDelay(start, options));
        const delays = FIVE.map(exponentialDelay(start, { ...options, jitter }));
        expect(full).to.deep.equal([...full].sort((a, b) => a - b));
        delays.forEach((delay, index) => {
          expect(delay).to.be.within(Math.floor(full[index]! * (1 - jitter)), full[index]!);
        });
      }),
    );
  });

  it('is a delay of retrying', () => {
    const env = new TaskEnvironment();
    const times: number[] = [];
    const task = (): void => {
      if (times.push(env.now()) < 4) throw new Error('expected');
    };
    void new ThreadPool().postTask(retrying(task, { count: 9, delay: exponentialDelay(10, { max: 25 }) }));
    env.advanceBy(100);
    expect(times).to.deep.equal([0, 10, 30, 55]);
    env.dispose();
  });

  it('throws at the call, with the rule and the value, what it cannot work with', () => {
    for (const [start, options, message] of [
      [0, {}, 'The first delay must be a finite number of milliseconds, more than 0; got 0.'],
      [Infinity, {}, 'The first delay must be a finite number of milliseconds, more than 0; got Infinity.'],
      ['5', {}, "The first delay must be a finite number of milliseconds, more than 0; got '5'."],
      [1, { factor: 0.5 }, 'The factor of delays must be a finite number, 1 or more; got 0.5.'],
      [1, { factor: '2' }, "The factor of delays must be a finite number, 1 or more; got '2'."],
      [1, { max: -1 }, 'The option max of delays must be a number of milliseconds, 0 or more, or Infinity; got -1.'],
      [1, { jitter: 1.1 }, 'The jitter of delays must be a number from 0 to 1; got 1.1.'],
      [1, { jitter: '1' }, "The jitter of delays must be a number from 0 to 1; got '1'."],
      [1, { jitter: true }, 'The jitter of delays must be a number from 0 to 1; got true.'],
      [1, { random: 0.5 }, 'The option random must be a function; got 0.5.'],
      [1, null, 'Options must be an object; got null.'],
    ] as const) {
      const error = errorOf(() => exponentialDelay(start as number, options as ExponentialDelayOptions));
      expect(error.message).to.equal(message);
      const isNumber = /got (-?[\d.]+|Infinity)\.$/.test(message) && !message.startsWith('The option random');
      expect(error).to.be.instanceOf(isNumber ? RangeError : TypeError);
    }
  });
});
