import { expect } from 'chai';
import {
  postRepeatingTask,
  type Runner,
  stats,
  type TaskContext,
  type TaskHandle,
  ThreadPool,
} from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { rejectionOf } from '../support/support.js';

describe('The context of a run that is over, of a task that repeats,', () => {
  let time: FakeTime;
  let runner: Runner;
  let contexts: TaskContext[];
  let repeating: TaskHandle<never>;

  beforeEach(() => {
    time = new FakeTime();
    runner = new ThreadPool().createSequencedTaskRunner();
    contexts = [];
  });
  afterEach(async () => {
    const ended = rejectionOf(repeating);
    repeating.cancel();
    await ended;
    await time.pass(10);
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
    time.end();
  });

  const repeat = (takes: number): void => {
    repeating = postRepeatingTask(
      runner,
      (context) => {
        contexts.push(context);
        return time.after(takes);
      },
      { interval: 10 },
    );
  };

  const waits = (context: TaskContext): Promise<void>[] => [
    context.yield(),
    context.sleep(1),
    context.waitFor(Promise.resolve()),
  ];

  it('can neither give way nor sleep between two runs, and leaves the task where it is', async () => {
    repeat(5);
    await time.pass(16);
    expect(contexts).to.have.lengthOf(1);
    expect(contexts[0]!.shouldYield()).to.be.true;
    for (const wait of waits(contexts[0]!)) expect((await rejectionOf(wait)).message).to.equal('The task has ended.');
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 1 });
    await time.pass(10);
    expect(contexts).to.have.lengthOf(2);
  });

  it('can neither give way nor sleep for a later run that is pending', async () => {
    repeat(5);
    await time.pass(26);
    expect(contexts).to.have.lengthOf(2);
    const [stale, current] = contexts as [TaskContext, TaskContext];
    expect(stale.shouldYield()).to.be.true;
    for (const wait of waits(stale)) expect((await rejectionOf(wait)).message).to.equal('The task has ended.');
    expect(stats(runner)).to.include({ queued: 0, running: 1 });
    const goesOn = current.yield();
    await time.pass(1);
    await goesOn;
    expect(stats(runner)).to.include({ queued: 0, running: 1 });
  });
});
