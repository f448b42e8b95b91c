import { expect } from 'chai';
import { ThreadPool } from '../../src/index.js';
import { scheduler, TaskController } from '../../src/post-task/index.js';
import { Scheduler } from '../../src/post-task/scheduler.js';
import { PlainStates } from '../../src/post-task/scheduling-state.js';
import { gate, macrotask, rejectionOf } from '../support/support.js';

type Priority = 'user-blocking' | 'user-visible' | 'background';

describe('scheduler.yield', () => {
  let log: string[];
  const noting = (what: string) => (): void => void log.push(what);

  beforeEach(() => {
    log = [];
  });

  const SHORT = { 'user-blocking': 'ub', 'user-visible': 'uv', background: 'bg' };

  /** What a task logs that yields three times, among two other tasks of each priority. */
  const race = async (web: Scheduler, options: object): Promise<string> => {
    log = [];
    const tasks = [
      web.postTask(async () => {
        for (const part of ['y0', 'y1', 'y2']) {
          log.push(part);
          await web.yield();
        }
        log.push('y3');
      }, options),
      ...(['user-blocking', 'user-visible', 'background'] as const).flatMap((priority) =>
        ['1', '2'].map((n) => web.postTask(noting(`${SHORT[priority]}${n}`), { priority })),
      ),
    ];
    await Promise.all(tasks);
    return log.join(' ');
  };

  const ORDERS: Record<Priority, string> = {
    'user-blocking': 'y0 y1 y2 y3 ub1 ub2 uv1 uv2 bg1 bg2',
    'user-visible': 'ub1 ub2 y0 y1 y2 y3 uv1 uv2 bg1 bg2',
    background: 'ub1 ub2 uv1 uv2 y0 y1 y2 y3 bg1 bg2',
  };

  for (const [where, make] of [
    ['where AsyncLocalStorage is', () => scheduler],
    ['where nothing is carried across await', () => new Scheduler(new PlainStates())],
  ] as const) {
    for (const priority of ['user-blocking', 'user-visible', 'background'] as const) {
      it(`goes on before the tasks of the priority of its task, ${priority}, ${where}`, async () => {
        const expected = ORDERS[priority];
        expect(await race(make(), { priority })).to.equal(expected);
        expect(await race(make(), { signal: new TaskController({ priority }).signal })).to.equal(expected);
      });
    }

    it(`follows the signal of its task when that changes its priority, ${where}`, async () => {
      const web = make();
      const controller = new TaskController();
      await web.postTask(
        async () => {
          const others = ['1', '2'].map((n) => web.postTask(noting(`visible ${n}`)));
          await web.yield();
          log.push('before');
          controller.setPriority('background');
          await web.yield();
          log.push('after');
          await Promise.all(others);
        },
        { signal: controller.signal },
      );
      expect(log).to.deep.equal(['before', 'visible 1', 'visible 2', 'after']);
    });

    it(`rejects with the reason when the signal of its task has aborted, or does while it waits, ${where}`, async () => {
      const web = make();
      const [before, meanwhile] = [new TaskController(), new AbortController()];
      const first = web.postTask(
        async () => {
          before.abort('before');
          log.push(String(await rejectionOf(web.yield())));
        },
        { signal: before.signal },
      );
      expect(await rejectionOf(first)).to.equal('before');
      await web.postTask(
        async () => {
          void web.postTask(() => meanwhile.abort('meanwhile'), { priority: 'user-blocking' });
          log.push(String(await rejectionOf(web.yield())));
        },
        { signal: meanwhile.signal },
      );
      expect(log).to.deep.equal(['before', 'meanwhile']);
    });
  }

  it('goes on before the tasks of all runners of its priority, and lets the more urgent go first', async () => {
    const pool = new ThreadPool();
    const [visible, urgent] = (['user-visible', 'user-blocking'] as const).map((priority) =>
      pool.createSequencedTaskRunner({ priority }),
    );
    void visible!.postTask(noting('visible'));
    const yielded = [scheduler.yield().then(noting('yield 1')), scheduler.yield().then(noting('yield 2'))];
    void urgent!.postTask(noting('urgent'));
    await Promise.all(yielded);
    await macrotask();
    expect(log).to.deep.equal(['urgent', 'yield 1', 'yield 2', 'visible']);
  });

  it('is user-visible outside of any task', async () => {
    const tasks = [
      scheduler.postTask(noting('urgent'), { priority: 'user-blocking' }),
      scheduler.postTask(noting('visible')),
    ];
    await scheduler.yield();
    log.push('yield');
    await Promise.all(tasks);
    expect(log).to.deep.equal(['urgent', 'yield', 'visible']);
  });

  /** Whether what `body` awaits before it yields lets `yield` know the background task around it. */
  const inherits = async (body: (giveWay: () => Promise<void>) => unknown): Promise<boolean> => {
    log = [];
    const giveWay = async (): Promise<void> => {
      const other = scheduler.postTask(noting('visible'));
      await scheduler.yield();
      log.push('yield');
      await other;
    };
    await scheduler.postTask(() => body(giveWay), { priority: 'background' });
    return log.join() === 'visible,yield';
  };

  it('inherits from its task across all that is awaited where there is AsyncLocalStorage, and else at once', async () => {
    const isFollowed = 'process' in globalThis;
    const thenable = { then: (resolve: () => void) => resolve() };
    const bodies: ((giveWay: () => Promise<void>) => unknown)[] = [
      (giveWay) => giveWay(),
      async (giveWay) => {
        await macrotask();
        await giveWay();
      },
      async (giveWay) => {
        await Promise.resolve();
        await giveWay();
      },
      (giveWay) => Promise.resolve().then(giveWay),
      async (giveWay) => {
        await thenable;
        await giveWay();
      },
      (giveWay) => new Promise((resolve) => queueMicrotask(() => resolve(giveWay()))),
      (giveWay) => new Promise((resolve) => resolve({ then: (settle: (value: unknown) => void) => settle(giveWay()) })),
    ];
    for (const [index, body] of bodies.entries()) {
      expect(await inherits(body), body.toString()).to.equal(isFollowed || index === 0);
    }
  });

  it('does not inherit from a task directly in the callback of a timer that the task has set', async () => {
    expect(await inherits((giveWay) => new Promise((resolve) => setTimeout(() => resolve(giveWay()))))).to.equal(false);
  });

  it('does not inherit from the task that resolves a promise, but from where it was awaited', async () => {
    const { promise, open } = gate();
    const waiter = promise.then(async () => {
      await scheduler.yield();
      log.push('waiter');
    });
    await scheduler.postTask(() => open(), { priority: 'user-blocking' });
    await Promise.all([waiter, scheduler.postTask(noting('task'), { priority: 'user-blocking' })]);
    expect(log).to.deep.equal(['task', 'waiter']);
  });

  it('does not inherit, where nothing is carried across await, from a task that awaits something else', async () => {
    const web = new Scheduler(new PlainStates());
    await web.postTask(
      async () => {
        await Promise.resolve();
        const other = web.postTask(noting('visible'));
        await web.yield();
        log.push('yield');
        await other;
      },
      { priority: 'background' },
    );
    expect(log).to.deep.equal(['yield', 'visible']);
  });
});
