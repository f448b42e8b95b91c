import { expect } from 'chai';
import { timer } from 'rxjs';
import { steps, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { inEnvironment } from '../support/in-environment.js';
import { busy, inSteps } from '../support/steps.js';
import { brief, lasting } from '../support/tasks.js';

const pool = new ThreadPool();
const ui = pool.createSequencedTaskRunner({ name: 'ui', priority: 'user-blocking' });
const indexing = pool.createSequencedTaskRunner({ name: 'indexing', priority: 'best-effort' });

describe('A generator task', () => {
  it('that is cancelled while it has given way ends at that point, and cleans up', () =>
    inEnvironment(async ({ env, expectTasks, hear }) => {
      let isClean = false;
      const handle = indexing.postTask(
        steps(function* () {
          try {
            yield* inSteps(env, 9, 3)();
          } finally {
            isClean = true;
          }
        }),
        { name: 'i' },
      );
      busy(env, indexing, 'j', 1);
      ui.postDelayedTask(() => handle.cancel(), 2, { name: 'cancel' });
      hear(handle, 'done', 'end');
      expectTasks().toBe({
        ui: '      ---c',
        indexing: ['i==!', '---j'],
        heard: '   ---e',
      });
      await env.advanceByAsync(20);
      expect(isClean).to.equal(true);
    }));
});

describe('In virtual frames, where code takes no time', () => {
  it('a generator is run in the frame in which it began, and its result is that of the task', async () => {
    const handle = marbles(({ runner, expectTasks }) => {
      const [first, second] = [runner({ name: 'first', priority: 'best-effort' }), runner({ name: 'second' })];
      const count = function* () {
        yield;
        yield;
        return 3;
      };
      const counting = first.postDelayedTask(steps(count), 2, { name: 'a' });
      second.postDelayedTask(lasting(2), 2, { name: 'b' });
      timer(2).subscribe(() => void first.postTask(brief, { name: 'c' }));
      expectTasks().toBe({
        first: ' --(ac)',
        second: '--b=  ',
      });
      return counting;
    });
    expect(await handle).to.equal(3);
  });

  it('it gives way to urgent work that it posts itself', () => {
    const order: string[] = [];
    marbles(({ runner, expectTasks }) => {
      const urgent = runner({ name: 'urgent', priority: 'user-blocking' });
      const long = runner({ name: 'long', priority: 'best-effort' });
      const work = function* () {
        order.push('one');
        urgent.postTask(() => order.push('urgent'), { name: 'u' });
        yield;
        order.push('two');
      };
      long.postDelayedTask(steps(work), 3, { name: 'a' });
      expectTasks().toBe({ urgent: '---u', long: '---a' });
    });
    expect(order).to.deep.equal(['one', 'urgent', 'two']);
  });
});
