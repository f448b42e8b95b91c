import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { TaskCancelledError, type TaskHandle, ThreadPool } from 'rxjs-task-runner';
import { MarbleAssertionError, marbles } from 'rxjs-task-runner/testing';
import { macrotask } from '../../spec/support/support.js';
import { rawRun } from '../support/raw-run.js';

const pool = new ThreadPool();
const runner = pool.createSequencedTaskRunner({ name: 'runner' });

/** The microtasks that are due by now, and those they bring with them. */
const microtasks = async () => {
  for (let i = 0; i < 4; i++) await Promise.resolve();
};

async function errorOf(handle: TaskHandle<unknown>): Promise<unknown> {
  try {
    await handle;
  } catch (error) {
    return error;
  }
  return expect.fail('The handle was fulfilled.');
}

describe('A run() is over in the first real microtask after it began', () => {
  it('a handle that has settled in it keeps its result', async () => {
    const handle = rawRun(() => runner.postDelayedTask(() => 'done', 5));
    expect(handle.state).to.equal('done');
    expect(await handle).to.equal('done');
  });

  it('a task that was never due is cancelled, and whoever awaits it is told', async () => {
    const handle = rawRun(() => runner.postDelayedTask(() => 'never', Infinity));
    expect(handle.state).to.equal('pending');
    await microtasks();
    expect(handle.state).to.equal('cancelled');
    const error = await errorOf(handle);
    expect(error).to.be.instanceOf(TaskCancelledError);
    expect((error as Error).name).to.equal('AbortError');
    expect((error as Error).message)
      .to.contain('run()')
      .and.to.contain("'runner'");
  });

  it('so are a task whose observable never ended, and what waited behind it', async () => {
    const [holding, waiting] = rawRun(() => [
      runner.postTask(() => NEVER, { name: 'holding' }),
      runner.postTask(() => 'never', { name: 'waiting' }),
    ]);
    expect([holding.state, waiting.state]).to.deep.equal(['running', 'pending']);
    await microtasks();
    expect([holding.state, waiting.state]).to.deep.equal(['cancelled', 'cancelled']);
    expect(((await errorOf(holding)) as Error).message).to.contain("'holding'");
    expect(((await errorOf(waiting)) as Error).message).to.contain("'waiting'");
  });

  it('so is a task that waited for a worker', async () => {
    const single = new ThreadPool({ workers: 1 });
    const [holding, waiting] = rawRun(() => [single.postTask(() => NEVER), single.postTask(() => 'never')]);
    await microtasks();
    expect([holding.state, waiting.state]).to.deep.equal(['cancelled', 'cancelled']);
  });

  it('so is a task that awaits a promise, which no run() can wait for', async () => {
    const signals: AbortSignal[] = [];
    const handle = rawRun(() =>
      runner.postTask(async ({ signal }) => {
        signals.push(signal);
        await new Promise(() => undefined);
      }),
    );
    expect(handle.state).to.equal('running');
    await microtasks();
    expect(handle.state).to.equal('cancelled');
    expect(signals[0]!.aborted).to.equal(true);
  });

  it('so is a task of a run() that threw', async () => {
    const handles: TaskHandle<unknown>[] = [];
    expect(() =>
      rawRun(() => {
        handles.push(runner.postDelayedTask(() => 'never', 3));
        throw new Error('boom');
      }),
    ).to.throw('boom');
    await microtasks();
    expect(handles[0]!.state).to.equal('cancelled');
  });

  it('its settling is not reported as an error of a task', async () => {
    const heard: unknown[] = [];
    const reporting = new ThreadPool({ onTaskError: (error) => heard.push(error) });
    const handle = rawRun(() => reporting.postDelayedTask(() => 'never', Infinity));
    await microtasks();
    await macrotask();
    expect(handle.state).to.equal('cancelled');
    expect(heard).to.deep.equal([]);
  });

  it('the runner goes on in real time', async () => {
    rawRun(() => runner.postTask(() => NEVER));
    expect(await runner.postTask(() => 'real')).to.equal('real');
  });

  it('marbles() waits for no microtask: what is left is cancelled when it returns', () => {
    const options = { allowPending: true };
    const handle = marbles(options, () => runner.postDelayedTask(() => 'never', Infinity));
    expect(handle.state).to.equal('cancelled');
  });

  it('nor does marbles() leave anything quietly: unless that is allowed, the test fails and says what waits', () => {
    const test = () =>
      marbles(() => {
        runner.postTask(() => NEVER, { name: 'holding' });
        runner.postTask(() => 'never', { name: 'waiting' });
      });
    expect(test).to.throw(MarbleAssertionError, "'waiting' of 'runner' waits behind 'holding' of 'runner'");
  });
});
