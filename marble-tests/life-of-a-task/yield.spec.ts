import { configure, steps, ThreadPool } from 'rxjs-task-runner';
import { inEnvironment } from '../support/in-environment.js';
import { awaiting, busy, inSteps } from '../support/steps.js';
import { brief } from '../support/tasks.js';

const pool = new ThreadPool();
const ui = pool.createSequencedTaskRunner({ name: 'ui', priority: 'user-blocking' });
const page = pool.createSequencedTaskRunner({ name: 'page' });
const indexing = pool.createSequencedTaskRunner({ name: 'indexing', priority: 'best-effort' });

/** A task that has given way still holds its sequence: it is one run, and its row goes on. */
describe('A long task that yields gives way to what is more urgent, and then goes on in its place', () => {
  // So long may a turn last, unless said otherwise.
  beforeEach(() => configure({ turnBudget: 5 }));

  for (const [kind, work] of [
    ['a generator, at each yield', (...how: Parameters<typeof inSteps>) => steps(inSteps(...how))],
    ['an async task, at await context.yield()', awaiting],
  ] as const) {
    describe(kind, () => {
      it('what is more urgent has its turn at the next step, not at the end', () =>
        inEnvironment(({ env, expectTasks }) => {
          indexing.postTask(work(env, 5, 2), { name: 'i' });
          busy(env, ui, 'u', 3, 5);
          busy(env, page, 'v', 1, 6);
          expectTasks().toBe({
            ui: '      ------u==-----',
            page: '    ---------v----',
            indexing: 'i=============',
          });
        }));

      it('what has the same priority waits until it has ended', () =>
        inEnvironment(({ env, expectTasks }) => {
          indexing.postTask(work(env, 5, 2), { name: 'i' });
          const other = pool.createSequencedTaskRunner({ name: 'other', priority: 'best-effort' });
          busy(env, other, 'o', 2);
          expectTasks().toBe({
            indexing: 'i=========',
            other: '   ----------o=',
          });
        }));

      it('but it cannot starve it: after 20 turns the others go first, once', () =>
        inEnvironment(({ env, expectTasks }) => {
          indexing.postTask(work(env, 25, 5), { name: 'i' });
          const other = pool.createSequencedTaskRunner({ name: 'other', priority: 'best-effort' });
          for (const name of 'op') busy(env, other, name, 5);
          expectTasks().toBe({
            indexing: `i${'='.repeat(129)}`,
            other: '   100ms o==== 25ms p====',
          });
        }));

      it('nothing else of its sequence begins meanwhile', () =>
        inEnvironment(({ env, expectTasks }) => {
          indexing.postTask(work(env, 3, 2), { name: 'i' });
          busy(env, indexing, 'j', 2);
          busy(env, ui, 'u', 2, 1);
          expectTasks().toBe({
            ui: '      --u=------',
            indexing: 'i=======j=',
          });
        }));

      it('an urgent task behind it in its own sequence does not make it give way to itself', () =>
        inEnvironment(({ env, expectTasks }) => {
          indexing.postTask(work(env, 3, 2), { name: 'i' });
          indexing.postTask(brief, { name: 'j', priority: 'user-blocking' });
          busy(env, page, 'v', 2, 1);
          // j lifts i, which is in front of it, above v.
          expectTasks().toBe({
            page: '    ------v=',
            indexing: 'i=====j-',
          });
        }));
    });
  }

  it('the host has its turn when the turn has lasted for 5 milliseconds: what comes from outside is heard of', () =>
    inEnvironment(({ env, expectTasks }) => {
      indexing.postTask(steps(inSteps(env, 6, 2)), { name: 'i' });
      // An event, as a key is: it cannot come while the thread is busy.
      env.at('-x', { x: () => void busy(env, ui, 'k', 2) });
      expectTasks().toBe({
        ui: '      ------k=------',
        indexing: 'i=============',
      });
    }));
});
