import { expect } from 'chai';
import { retrying, type TaskContext, type TaskFunction, ThreadPool, timeLimit } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';

describe('The functions of the context of a task may be taken out of it', () => {
  let env: TaskEnvironment;

  beforeEach(() => (env = new TaskEnvironment()));
  afterEach(() => env.dispose());

  const wrappers: Record<string, <T>(task: TaskFunction<T>) => TaskFunction<T>> = {
    'of a task': (task) => task,
    'of an attempt of retrying': (task) => retrying(task, { count: 1, delay: 0 }),
    'of a task with a time limit': (task) => timeLimit(1_000, task),
  };
  for (const [name, wrap] of Object.entries(wrappers)) {
    it(name, async () => {
      const log: string[] = [];
      const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
      const task = async ({ shouldYield, yield: giveWay, sleep, waitFor, alarm, letGoAfter }: TaskContext) => {
        letGoAfter(1_000);
        alarm(5, () => log.push(`alarm at ${env.now()}`));
        await sleep(10);
        log.push(`slept until ${env.now()}`);
        if (!shouldYield()) await giveWay();
        return waitFor(Promise.resolve('result'));
      };
      const handle = runner.postTask(wrap(task));
      await env.runAllAsync();
      expect(log).to.deep.equal(['alarm at 5', 'slept until 10']);
      expect(handle.result).to.equal('result');
      const continued = ({ yieldThen, sleepThen }: TaskContext): void => {
        sleepThen(3, () => log.push('what only sleeps is forgotten when its task has ended'));
        yieldThen(() => log.push(`goes on at ${env.now()}`));
      };
      void runner.postTask(wrap(continued));
      await env.runAllAsync();
      expect(log.slice(2)).to.deep.equal(['goes on at 10']);
      const aborted = runner.postTask(wrap(({ abort }) => abort(new Error('enough'))));
      const outcome = aborted.then(String, String);
      await env.runAllAsync();
      expect(await outcome).to.equal('Error: enough');
    });
  }
});
