import { expect } from 'chai';
import { createFrameTaskRunner, keyed, ThreadPool } from '../../src/index.js';

/** As its text, and on Node's console. */
function printed(value: { toString(): string }): [string, unknown] {
  const print = (value as unknown as Record<symbol, () => unknown>)[Symbol.for('nodejs.util.inspect.custom')]!;
  return [value.toString(), print.call(value)];
}

describe('What is printed, whatever a minifier calls its class, says in few words what it is:', () => {
  const pool = new ThreadPool({ name: 'app' });
  const accounts = keyed(pool, { name: 'accounts' });

  const things: [string, object][] = [
    ['ThreadPool(app)', pool],
    ['Runner(io)', pool.createSequencedTaskRunner({ name: 'io' })],
    ['Runner(frames)', createFrameTaskRunner({ name: 'frames' })],
    ['KeyedTaskRunner(accounts)', accounts],
    ["Runner(accounts, key 'alice')", accounts.runner('alice')],
  ];
  for (const [text, thing] of things) {
    it(text, () => {
      expect(printed(thing)).to.deep.equal([text, text]);
    });
  }
});
