import { expect } from 'chai';
import { MORE, NOTHING, REST, type Verdict } from '../../src/host/host.js';
import { flush, ThreadPool } from '../../src/index.js';
import { configure } from '../../src/kernel/settings.js';
import type { TinyOwner } from './support/hand-scheduler.js';
import { Turns } from './support/turns.js';

describe('A runner whose tasks run back to back', () => {
  let turns: Turns;
  let bulk: TinyOwner;

  beforeEach(() => {
    configure({ turnBudget: 5 });
    turns = new Turns();
    bulk = turns.runner({ backToBack: true });
  });

  /** The steps that come, each with what ran in it. */
  function steps(): [Verdict, string][] {
    const seen: [Verdict, string][] = [];
    while (turns.host.isWoken) seen.push([turns.host.comeStep(), turns.read()]);
    return seen;
  }

  it('runs as many of them in one step as are ready, and what they post as well', () => {
    turns.postTo(bulk, 'a', { work: () => turns.postTo(bulk, 'd') });
    turns.postTo(bulk, 'b');
    turns.postTo(bulk, 'c');
    expect(steps()).to.deep.equal([
      [MORE, 'a b c d'],
      [NOTHING, ''],
    ]);
  });

  it('shares its steps with others of its kind, and with no other runner', () => {
    const another = turns.runner({ backToBack: true });
    ['a', 'b'].forEach((name) => turns.postTo(bulk, name));
    ['x', 'y'].forEach((name) => turns.postTo(another, name));
    expect(steps()[0]).to.deep.equal([MORE, 'a x b y']);
    ['a', 'b'].forEach((name) => turns.postTo(bulk, name));
    ['one', 'two'].forEach((name) => turns.post(name));
    expect(steps()).to.deep.equal([
      [MORE, 'a'],
      [MORE, 'one'],
      [MORE, 'b'],
      [MORE, 'two'],
      [NOTHING, ''],
    ]);
  });

  it('ends its step when the budget of the turn is spent, and goes on in the next turn', () => {
    for (let i = 0; i < 7; i++) turns.postTo(bulk, `${i}`, { cost: 1 });
    expect(steps()).to.deep.equal([
      [REST, '0 1 2 3 4'],
      [MORE, '5 6'],
      [NOTHING, ''],
    ]);
  });

  it('ends its step after a task that asks for a checkpoint, so that microtasks run then', () => {
    turns.postTo(bulk, 'a');
    turns.postTo(bulk, 'mark', { work: () => turns.scheduler.checkpoint() });
    ['b', 'c'].forEach((name) => turns.postTo(bulk, name));
    expect(steps()).to.deep.equal([
      [MORE, 'a mark'],
      [MORE, 'b c'],
      [NOTHING, ''],
    ]);
  });

  it('runs microtasks after its batch, and after a flush', async () => {
    configure({ turnBudget: 60_000 });
    const runner = new ThreadPool().createSequencedTaskRunner({ backToBack: true });
    const log: string[] = [];
    const post = (name: string): void => {
      runner.schedule(() => {
        log.push(name);
        void Promise.resolve().then(() => log.push(`after ${name}`));
      });
    };
    ['a', 'b'].forEach(post);
    const flushed = flush(runner).then(() => log.push('flushed'));
    ['c', 'd'].forEach(post);
    await flushed;
    await flush(runner);
    expect(log).to.deep.equal(['a', 'b', 'after a', 'after b', 'flushed', 'c', 'd', 'after c', 'after d']);
  });

  it('is one of those without it, if it is not asked for: each task has its microtasks before the next', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    const log: string[] = [];
    for (const name of ['a', 'b']) {
      runner.schedule(() => {
        log.push(name);
        void Promise.resolve()
          .then(() => log.push(`after ${name}`))
          .then(() => log.push(`long after ${name}`));
      });
    }
    await flush(runner);
    expect(log).to.deep.equal(['a', 'after a', 'long after a', 'b', 'after b', 'long after b']);
  });
});
