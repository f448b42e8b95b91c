import { expect } from 'chai';
import { TaskRejectedError, TaskTimeoutError, ThreadPool, timeLimit } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { inEnvironment, sleep } from '../support/in-environment.js';
import { brief, lasting } from '../support/tasks.js';

describe('queueTimeout drops a task that has not begun in time', () => {
  it('it never runs, and what is behind it moves up', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(5), { name: 'a' });
      page.postTask(lasting(2), { name: 'b', queueTimeout: 3 });
      page.postTask(lasting(2), { name: 'c', queueTimeout: 6 });
      expectTasks().toBe({ page: 'a====c=' });
    });
  });

  it('the frame is that in which the time is over, and the handle says why', () => {
    const seen: unknown[] = [];
    marbles(({ runner, hot, expectTasks, expectObservable }) => {
      const page = runner({ name: 'page' });
      const looks = hot(' --?-?|');
      const states = '    --?-?|';
      page.postTask(lasting(5), { name: 'a' });
      const handle = page.postTask(brief, { name: 'b', queueTimeout: 3 });
      looks.subscribe(() => seen.push(handle.state));
      handle.add(() => seen.push(page.now()));
      expectTasks().toBe({ page: 'a====' });
      expectObservable(looks).toBe(states);
    });
    expect(seen).to.deep.equal(['pending', 3, 'rejected']);
  });

  it('the time counts from when the task is due, not from the post', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(6), { name: 'a' });
      page.postDelayedTask(lasting(2), 5, { name: 'b', queueTimeout: 3 });
      page.postDelayedTask(lasting(2), 1, { name: 'c', queueTimeout: 3 });
      expectTasks().toBe({ page: 'a=====b=' });
    });
  });

  it('one that has begun in time may take as long as it likes', () => {
    marbles(({ runner, expectTasks }) => {
      runner({ name: 'page' }).postTask(lasting(9), { name: 'a', queueTimeout: 2 });
      expectTasks().toBe({ page: 'a========' });
    });
  });

  it('waiting for a worker is waiting, too', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      for (const name of 'abc') pool.postTask(lasting(3), { name, queueTimeout: 4 });
      expectTasks().toBe({ pool: 'a==b==' });
    });
  });
});

describe('timeLimit() fails a task that takes too long', () => {
  it('its observable is unsubscribed from, and the next one begins', () => {
    const errors: unknown[] = [];
    marbles({ onTaskError: (error) => errors.push(error) }, ({ runner, cold, expectTasks, expectSubscriptions }) => {
      const page = runner({ name: 'page' });
      const source = cold('  -x-x-x-x|');
      const subscribed = '   ^--!     ';
      const row = '          a==#     ';
      const next = '         ---b=    ';
      page.postTask(
        timeLimit(3, () => source),
        { name: 'a' },
      );
      page.postTask(lasting(2), { name: 'b' });
      expectTasks().toBe({ page: [row, next] });
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
    expect(errors).to.have.lengthOf(1);
    expect(errors[0]).to.be.instanceOf(TaskTimeoutError);
  });

  it('the time counts from its beginning: what it has waited does not matter', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(6), { name: 'a' });
      page.postTask(timeLimit(4, lasting(3)), { name: 'b' });
      expectTasks().toBe({ page: 'a=====b==' });
    });
  });

  it('a task may have both, and each is its own', () => {
    marbles({ onTaskError: brief }, ({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(4), { name: 'a' });
      page.postTask(timeLimit(2, lasting(4)), { name: 'b', queueTimeout: 5 });
      page.postTask(timeLimit(2, lasting(4)), { name: 'c', queueTimeout: 5 });
      page.postTask(lasting(4), { name: 'd' });
      expectTasks().toBe({
        page: [
          'a===b=#', //
          '------d===',
        ],
      });
    });
  });

  describe('with promises', () => {
    const page = new ThreadPool().createSequencedTaskRunner({ name: 'page' });

    it('the handle rejects in time, the signal aborts, and the slot is free when the promise has settled', () =>
      inEnvironment(({ expectTasks, hear }) => {
        const slow = page.postTask(
          timeLimit(3, () => sleep(5)),
          { name: 'a' },
        );
        const obedient = ({ signal }: { signal: AbortSignal }) =>
          new Promise((resolve) => signal.addEventListener('abort', resolve));
        hear(slow, 'done', 'failed');
        hear(page.postTask(timeLimit(2, obedient), { name: 'b' }), 'done', 'failed');
        page.postTask(brief, { name: 'c' });
        expectTasks().toBe({
          page: ['     a==#=b=#', '     -------c'],
          heard: '---f---f',
        });
      }));

    it('code that is synchronous is not interrupted, and has ended when the alarm could come', () =>
      inEnvironment(async ({ env, expectTasks }) => {
        const handle = page.postTask(
          timeLimit(3, () => env.advanceClock(5)),
          { name: 'a' },
        );
        expectTasks().toBe({ page: 'a====' });
        await env.advanceByAsync(9);
        expect(handle.state).to.equal('done');
      }));

    it('a queue that is held by synchronous code does so as well: what is due late is dropped late', () =>
      inEnvironment(async ({ env, expectTasks, hear }) => {
        page.postTask(() => env.advanceClock(5), { name: 'a' });
        const handle = page.postTask(brief, { name: 'b', queueTimeout: 3 });
        hear(handle, 'ran', 'dropped');
        expectTasks().toBe({
          page: ' a====',
          heard: '-----d',
        });
        await env.advanceByAsync(9);
        const error: unknown = await handle.then(undefined, (reason: unknown) => reason);
        expect(error).to.be.instanceOf(TaskRejectedError).and.to.include({ reason: 'timeout' });
      }));
  });
});
