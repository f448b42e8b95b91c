import { setFlagsFromString } from 'node:v8';
import { expect } from 'chai';
import { Action, PriorityAction } from '../../src/engine/action.js';
import { PostedTask } from '../../src/engine/posted-task.js';
import type { Task } from '../../src/engine/task.js';
import { ThreadPool } from '../../src/index.js';

/** Whether V8 has one hidden class for both. */
const hasSameMap = ((): ((a: object, b: object) => boolean) => {
  setFlagsFromString('--allow-natives-syntax');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- no other parser knows this syntax of V8
  const compiled = new Function('a', 'b', 'return %HaveSameMap(a, b)') as (a: object, b: object) => boolean;
  setFlagsFromString('--no-allow-natives-syntax');
  return compiled;
})();

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

  it('all posted tasks have one hidden class: with options, a reply, or repeating', () => {
    const options = { priority: 'best-effort', runTimeout: 1, signal: new AbortController().signal } as const;
    for (const task of [
      runner.postTask(work, options),
      runner.postTaskAndReply(work, work, runner),
      runner.postRepeatingTask(work, { interval: 1 }),
    ]) {
      expect(hasSameMap(PostedTask.kept, posted(task))).to.equal(true);
    }
  });

  it('an alarm is an action like any other', () => {
    const handle = runner.postTask(() => new Promise<void>(() => undefined), { queueTimeout: 60_000 });
    const { alarm } = (handle as unknown as PostedTask<void>).more;
    expect(hasSameMap(Action.kept, alarm!)).to.equal(true);
    handle.then(undefined, work);
    handle.cancel();
  });
});
