import { setFlagsFromString } from 'node:v8';
import { expect } from 'chai';
import { Action, PriorityAction } from '../../src/kernel/action.js';
import { PostedTask } from '../../src/kernel/posted-task.js';
import type { Task } from '../../src/kernel/task.js';
import { postRepeatingTask, postTaskAndReply, ThreadPool, timeLimit } from '../../src/index.js';
import { hub } from '../../src/kernel/events.js';
import { rejectionOf } from '../support/support.js';

// eslint-disable-next-line @typescript-eslint/no-implied-eval -- no other parser knows this syntax of V8
const compile = (): unknown => new Function('a', 'b', 'return %HaveSameMap(a, b)');

/** Whether V8 has one hidden class for both. Compiled anew each time, since V8 throws away what was not used for a while. */
function hasSameMap(a: object, b: object): boolean {
  setFlagsFromString('--allow-natives-syntax');
  try {
    return (compile() as (a: object, b: object) => boolean)(a, b);
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}

describe('For the sake of what V8 has compiled', () => {
  const runner = new ThreadPool().createSequencedTaskRunner();
  const work = (): void => undefined;
  const posted = (task: unknown): Task => {
    (task as Task).unsubscribe();
    return task as Task;
  };

  it('one object stays of each class of tasks, of the hidden class of those that are posted', () => {
    runner.postTask(work).then(undefined, work);
    expect(hasSameMap(Action.kept, posted(runner.schedule(work)))).to.equal(true);
    expect(hasSameMap(PriorityAction.kept, posted(runner.withPriority('best-effort').schedule(work)))).to.equal(true);
    expect(hasSameMap(PostedTask.kept, posted(runner.postTask(work)))).to.equal(true);
  });

  it('all posted tasks have one hidden class: with options, a reply, repeating, or what their context has kept', async () => {
    const tasks: Task[] = [];
    const stop = hub.listen({ posted: (task) => void tasks.push(task) });
    const options = { priority: 'best-effort', queueTimeout: 60_000, signal: new AbortController().signal } as const;
    await Promise.all([
      runner.postTask(work, options),
      postTaskAndReply(runner, work, work, { on: runner }),
      runner.postTask(async (context) => {
        context.alarm(60_000, work);
        await context.yield();
        return context.signal;
      }),
      rejectionOf(runner.postTask(timeLimit(0, ({ signal }) => new Promise((resolve) => (signal.onabort = resolve))))),
      rejectionOf(
        postRepeatingTask(
          runner,
          () => {
            throw new Error('expected');
          },
          { interval: 1 },
        ),
      ),
    ]);
    stop();
    const posts = tasks.filter((task) => task instanceof PostedTask);
    expect(posts).to.have.lengthOf(6);
    for (const task of posts) expect(hasSameMap(PostedTask.kept, task)).to.equal(true);
  });
});
