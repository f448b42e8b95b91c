import { expect } from 'chai';
import {
  bounded,
  clear,
  type PostOptions,
  type Runner,
  type ShutdownReport,
  type TaskHandle,
  TaskRejectedError,
  ThreadPool,
  timeLimit,
  type WhenFull,
} from '../../src/index.js';
import { gate, macrotask, rejectionOf, uncaughtDuring } from '../support/support.js';
import { ENDINGS } from './endings-table.js';

/** What became of the task named 'task', and what the shutdown that follows reports. */
interface Ending {
  readonly handle: TaskHandle<unknown>;
  readonly report: ShutdownReport;
}

type Scenario = (pool: ThreadPool, runner: Runner) => Promise<Ending>;

const TASK: PostOptions = { name: 'task', shutdownBehavior: 'block-shutdown' };
const HOLD: PostOptions = { name: 'hold', shutdownBehavior: 'block-shutdown' };
const noop = (): void => undefined;

/** Real time, of a millisecond: what ends a task by itself is waited for, whenever that is. */
async function settled(handle: TaskHandle<unknown>): Promise<void> {
  while (!handle.closed) await macrotask();
}

/** One that runs, until `end` is called or somebody else ends it. */
async function running(
  runner: Runner,
  options: PostOptions,
  limit = Infinity,
): Promise<[TaskHandle<void>, () => void]> {
  const { promise, open } = gate();
  const handle = runner.postTask(
    timeLimit(limit, () => promise),
    options,
  );
  await macrotask();
  return [handle, open];
}

/** Two posts to a queue with one place; the task is the one that has none. */
const full =
  (whenFull: WhenFull, names: readonly [string, string]): Scenario =>
  async (pool) => {
    const runner = pool.createSequencedTaskRunner({ queue: bounded(1, whenFull) });
    const [first, second] = names.map((name) => runner.postTask(noop, { ...HOLD, name }));
    return { handle: names[0] === 'task' ? first! : second!, report: await pool.shutdown() };
  };

/** By the first cell of its row; where there are several, all end in the same way. */
const SCENARIOS: Record<string, readonly Scenario[]> = {
  'it throws': [
    async (pool, runner) => {
      const handle = runner.postTask(() => {
        throw new Error('its own');
      }, TASK);
      return { handle, report: await pool.shutdown() };
    },
  ],
  'it runs for longer than its time limit': [
    async (pool, runner) => {
      const [handle, end] = await running(runner, TASK, 1);
      const report = pool.shutdown();
      await settled(handle);
      end();
      return { handle, report: await report };
    },
  ],
  'it waits for longer than its `queueTimeout`': [
    async (pool, runner) => {
      const [, end] = await running(runner, HOLD);
      const handle = runner.postTask(noop, { ...TASK, queueTimeout: 1 });
      const report = pool.shutdown();
      await settled(handle);
      end();
      return { handle, report: await report };
    },
  ],
  "it finds its queue full, with `'reject'`": [full('reject', ['hold', 'task'])],
  "it is dropped, by `'drop-oldest'` or `'drop-newest'`": [
    full('drop-oldest', ['task', 'hold']),
    full('drop-newest', ['hold', 'task']),
  ],
  'it is dropped by `clear`': [
    async (pool, runner) => {
      const handle = runner.postTask(noop, TASK);
      clear(runner);
      return { handle, report: await pool.shutdown() };
    },
  ],
  'it is posted after a shutdown has begun, and does not block it': [
    async (pool, runner) => {
      const report = pool.shutdown();
      return { handle: runner.postTask(noop, TASK), report: await report };
    },
  ],
  'it has not begun at a shutdown, and does not block it': [
    async (pool, runner) => {
      const handle = runner.postTask(noop, { name: 'task' });
      return { handle, report: await pool.shutdown() };
    },
    async (pool, runner) => {
      const handle = runner.postTask(noop, { name: 'task' });
      return { handle, report: await pool.stop() };
    },
  ],
  'it is given up, by the `timeout` of a shutdown or by `stop()`': [
    async (pool, runner) => {
      const [handle] = await running(runner, TASK);
      return { handle, report: await pool.shutdown({ timeout: 1 }) };
    },
    async (pool, runner) => {
      const [handle] = await running(runner, { name: 'task' });
      return { handle, report: await pool.stop() };
    },
    async (pool, runner) => {
      const handle = runner.postTask(noop, TASK);
      return { handle, report: await pool.stop() };
    },
  ],
  'it is cancelled before it begins': [
    async (pool, runner) => {
      const handle = runner.postTask(noop, TASK);
      const report = pool.shutdown();
      handle.cancel();
      return { handle, report: await report };
    },
  ],
  'it is cancelled while it runs': [
    async (pool, runner) => {
      const [handle, end] = await running(runner, TASK);
      const report = pool.shutdown();
      handle.cancel();
      end();
      return { handle, report: await report };
    },
  ],
  'it is cancelled, does not stop, and is let go': [
    async (pool, runner) => {
      const deaf = timeLimit(60_000, () => new Promise<void>(() => undefined), { letGoAfter: 1 });
      const handle = runner.postTask(deaf, TASK);
      await macrotask();
      handle.cancel();
      return { handle, report: await pool.shutdown() };
    },
  ],
};

async function handleCell({ handle }: Ending): Promise<string> {
  const error = await rejectionOf(handle);
  if (error.message === 'its own') return 'its error';
  const { name } = error.constructor;
  return error instanceof TaskRejectedError ? `\`${name}\`, \`'${error.reason}'\`` : `\`${name}\``;
}

function reportCell({ report }: Ending): string {
  const lists = (['ran', 'skipped', 'abandoned'] as const).filter((list) => report[list].includes('task'));
  return lists.length === 0 ? '–' : lists.map((list) => `\`${list}\``).join(', ');
}

/** The row of docs/shutdown.md, as it happens. */
async function rowOf(title: string, scenario: Scenario): Promise<string[]> {
  const heard: unknown[] = [];
  const attentive = new ThreadPool({ onTaskError: (error) => heard.push(error) });
  const ending = await scenario(attentive, attentive.createSequencedTaskRunner());
  await macrotask();
  await macrotask();
  const deaf = new ThreadPool();
  const uncaught = await uncaughtDuring(() => scenario(deaf, deaf.createSequencedTaskRunner()));
  const yes = (errors: unknown[]): string => (errors.length > 0 ? 'yes' : '–');
  return [title, await handleCell(ending), yes(heard), yes(uncaught), reportCell(ending)];
}

describe('Who is told how a task ends:', () => {
  for (const [title, scenarios] of Object.entries(SCENARIOS)) {
    it(title, async () => {
      const row = ENDINGS.find(([first]) => first === title);
      for (const scenario of scenarios) expect(await rowOf(title, scenario)).to.deep.equal(row);
    });
  }

  it('and these are all endings', () => {
    expect(ENDINGS.map(([title]) => title)).to.deep.equal(Object.keys(SCENARIOS));
  });
});
