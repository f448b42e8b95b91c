import { expect } from 'chai';
import { type Runner, type ShutdownReport, steps, type TaskFunction, ThreadPool } from '../../../src/index.js';

describe('The shutdown of a task that has yielded', () => {
  for (const scope of ['pool', 'runner'] as const) {
    let pool: ThreadPool;
    let runner: Runner;
    let report: Promise<ShutdownReport> | null;

    beforeEach(() => {
      pool = new ThreadPool();
      runner = pool.createSequencedTaskRunner({ name: 'runner' });
      report = null;
    });

    /** Begins the shutdown when the task has given way to it. */
    const shutDownInBetween = (): void => {
      const ui = pool.createSequencedTaskRunner({
        priority: 'user-blocking',
        name: 'ui',
        shutdownBehavior: 'continue-on-shutdown',
      });
      ui.schedule(() => {
        report = (scope === 'pool' ? pool : runner).shutdown();
      });
    };

    const kinds: Record<string, TaskFunction<string>> = {
      'a generator': steps(function* () {
        shutDownInBetween();
        yield;
        return 'done';
      }),
      'an async task': async (context) => {
        shutDownInBetween();
        await context.yield();
        return 'done';
      },
    };
    it(`reports it once when it asks for that itself, in a later step, with its ${scope}`, async () => {
      const options = { name: 'long', shutdownBehavior: 'continue-on-shutdown' } as const;
      await runner.postTask(
        steps(function* () {
          pool.createSequencedTaskRunner({ priority: 'user-blocking' }).schedule(() => undefined);
          yield;
          report = (scope === 'pool' ? pool : runner).shutdown();
        }),
        options,
      );
      expect(await report).to.deep.equal({ ran: [], skipped: [], abandoned: ['long'] });
    });

    for (const [kind, task] of Object.entries(kinds)) {
      it(`waits for it, since it has begun, and reports it once: ${kind}, with its ${scope}`, async () => {
        expect(await runner.postTask(task, { name: 'long' })).to.equal('done');
        const { ran, skipped } = await report!;
        expect({ ran, skipped }).to.deep.equal({ ran: ['long'], skipped: [] });
      });
    }
  }
});
