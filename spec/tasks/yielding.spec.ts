import { expect } from 'chai';
import { Observable } from 'rxjs';
import { configure, type Runner, stats, type TaskHandle, ThreadPool, whenIdle } from '../../src/index.js';
import { gate, inMacrotask, macrotask, microtasks } from '../support/support.js';

describe('A task', () => {
  let pool: ThreadPool;
  let lazy: Runner;
  let visible: Runner;
  let urgent: Runner;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool();
    [lazy, visible, urgent] = (['best-effort', 'user-visible', 'user-blocking'] as const).map((priority) =>
      pool.createSequencedTaskRunner({ priority }),
    ) as [Runner, Runner, Runner];
    log = [];
  });

  const noting = (what: string) => (): void => void log.push(what);

  describe('that yields', () => {
    it('gives way to everything more urgent, and goes on in its place, before others of its priority', async () => {
      const handle = lazy.postTask(async (context) => {
        log.push('part 1');
        visible.schedule(noting('visible'));
        urgent.schedule(noting('urgent'));
        await context.yield();
        log.push('part 2');
      });
      pool.createSequencedTaskRunner({ priority: 'best-effort' }).schedule(noting('other'));
      await handle;
      await macrotask();
      expect(log).to.deep.equal(['part 1', 'urgent', 'visible', 'part 2', 'other']);
    });

    it('goes on before a task of its priority that was called to a worker before it has yielded', async () => {
      const [narrow, held] = [new ThreadPool({ workers: 1 }), gate()];
      void narrow.postTask(() => new Observable((subscriber) => void held.promise.then(() => subscriber.complete())));
      const called = narrow.postTask(noting('called'));
      await macrotask();
      const handle = visible.postTask(async (context) => {
        held.open();
        await microtasks();
        await context.yield();
        log.push('part 2');
      });
      await Promise.all([handle, called]);
      expect(log).to.deep.equal(['part 2', 'called']);
    });

    it('does not give way to the host while the turn has time left', async () => {
      await visible.postTask(async (context) => {
        inMacrotask(noting('host'));
        await context.yield();
        log.push('part 2');
      });
      expect(log).to.deep.equal(['part 2']);
      await macrotask();
      expect(log).to.deep.equal(['part 2', 'host']);
    });

    it('gives way to the host when the turn has lasted for long enough', async () => {
      configure({ turnBudget: Number.MIN_VALUE });
      await visible.postTask(async (context) => {
        inMacrotask(noting('host'));
        await context.yield();
        log.push('part 2');
      });
      expect(log).to.deep.equal(['host', 'part 2']);
    });

    it('holds its sequence: nothing else of it begins meanwhile', async () => {
      const handle = lazy.postTask(async (context) => {
        lazy.schedule(noting('next'));
        void lazy.postTask(noting('last'));
        for (const part of ['1', '2', '3']) {
          visible.schedule(noting(`visible ${part}`));
          await context.yield();
          log.push(`part ${part}`);
        }
      });
      await handle;
      await whenIdle(pool);
      expect(log).to.deep.equal([
        ...['1', '2', '3'].flatMap((part) => [`visible ${part}`, `part ${part}`]),
        'next',
        'last',
      ]);
    });

    it('goes on sooner when something urgent is posted behind it: that lifts its sequence', async () => {
      await lazy.postTask(async (context) => {
        visible.schedule(noting('visible'));
        lazy.withPriority('user-blocking').schedule(noting('urgent behind'));
        await context.yield();
        log.push('part 2');
      });
      await macrotask();
      expect(log[0]).to.equal('part 2');
      expect(log).to.have.members(['part 2', 'visible', 'urgent behind']);
    });

    it('holds its slot of a parallel runner: no other task of it takes it', async () => {
      const parallel = pool.createParallelTaskRunner({ maxConcurrency: 2, priority: 'best-effort' });
      const hold = gate();
      void parallel.postTask(() => hold.promise);
      const handle = parallel.postTask(async (context) => {
        visible.schedule(noting('visible'));
        await context.yield();
        log.push('part 2');
      });
      const next = parallel.postTask(noting('next'));
      await handle;
      await next;
      expect(log).to.deep.equal(['visible', 'part 2', 'next']);
      hold.open();
    });

    it('holds its worker: an urgent task must wait for it, an urgent action need not', async () => {
      const small = new ThreadPool({ workers: 1 });
      const first = small.createSequencedTaskRunner();
      const second = small.createSequencedTaskRunner({ priority: 'user-blocking' });
      let waiting!: TaskHandle<unknown>;
      await first.postTask(async (context) => {
        waiting = second.postTask(noting('urgent task'));
        small.withPriority('user-blocking').schedule(() => log.push(`urgent action, ${stats(small).busy} busy`));
        await context.yield();
        log.push('part 2');
      });
      await waiting;
      expect(log).to.deep.equal(['urgent action, 1 busy', 'part 2', 'urgent task']);
      expect(stats(small)).to.include({ busy: 0, running: 0, queued: 0 });
    });

    it('is counted once while it waits: it goes on to run, and is not queued', async () => {
      await lazy.postTask(async (context) => {
        visible.schedule(() => {
          for (const { queued, running } of [stats(lazy), stats(pool)]) log.push(`${queued}, ${running}`);
        });
        await context.yield();
      });
      // The action that asks runs itself, in the pool.
      expect(log).to.deep.equal(['0, 1', '0, 2']);
    });

    it('may do so again and again, in one turn or many, and its result is what it returns', async () => {
      const counts = [];
      for (const turnBudget of [60_000, Number.MIN_VALUE]) {
        configure({ turnBudget });
        counts.push(
          await visible.postTask(async (context) => {
            for (let i = 0; i < 100; i++) await context.yield();
            return 100;
          }),
        );
      }
      expect(counts).to.deep.equal([100, 100]);
      expect(stats(pool)).to.include({ busy: 0, running: 0, queued: 0 });
    });

    it('twice at once goes on twice, and is counted once meanwhile', async () => {
      await visible.postTask(async (context) => {
        const both = ['one', 'two'].map((name) => context.yield().then(noting(name)));
        expect(stats(visible)).to.include({ queued: 0, running: 1 });
        expect(stats(pool)).to.include({ queued: 0, running: 1 });
        await Promise.all(both);
      });
      expect(log).to.have.members(['one', 'two']);
      expect(stats(pool)).to.include({ queued: 0, running: 0, busy: 0 });
    });

    it('and does not wait for it ends as any other, and holds nothing', async () => {
      const handles = [
        visible.postTask((context) => void context.yield()),
        visible.postTask(async (context) => void context.yield()),
        visible.postTask(async (context) => {
          void context.yield();
          await macrotask();
        }),
      ];
      await Promise.all(handles);
      expect(await visible.postTask(() => 'next')).to.equal('next');
      expect(stats(pool)).to.include({ busy: 0, running: 0, queued: 0 });
    });

    it('in code that another promise has resumed waits for a turn of its own', async () => {
      const hold = gate();
      const handle = visible.postTask(async (context) => {
        await hold.promise;
        log.push(String(context.shouldYield()));
        await context.yield();
        log.push('part 2');
      });
      await macrotask();
      hold.open();
      await microtasks();
      // It has just come from the host, and may go on for as long as a turn.
      expect(log).to.deep.equal(['false']);
      await handle;
      expect(log).to.deep.equal(['false', 'part 2']);
    });
  });

  it('that yields for 20 turns lets the others of its priority go first once, so that none starves', async () => {
    configure({ turnBudget: Number.MIN_VALUE });
    const handle = visible.postTask(async (context) => {
      for (let part = 1; part <= 45; part++) {
        log.push(`${part}`);
        await context.yield();
      }
    });
    const [one, two] = [0, 1].map(() => pool.createSequencedTaskRunner());
    for (const name of ['first', 'second']) one!.schedule(noting(name));
    two!.schedule(noting('other'));
    await handle;
    const places = ['first', 'other', 'second'].map((name) => log.slice(0, log.indexOf(name)).filter(Number).length);
    expect(places).to.deep.equal([20, 20, 40]);
  });

  for (const [kind, make] of [
    ['the pool', (small: ThreadPool) => small],
    ['a parallel runner', (small: ThreadPool) => small.createParallelTaskRunner({ maxConcurrency: 3 })],
  ] as const) {
    it(`that yields for many turns ends while others of ${kind} wait for the worker that it holds`, async () => {
      configure({ turnBudget: Number.MIN_VALUE });
      const small = new ThreadPool({ workers: 1 });
      const runner = make(small);
      const handle = runner.postTask(async (context) => {
        for (let part = 1; part <= 45; part++) await context.yield();
        log.push('end');
      });
      const next = runner.postTask(noting('next'));
      for (let i = 0; i < 200 && !next.closed; i++) await macrotask();
      expect(log).to.deep.equal(['end', 'next']);
      expect([handle.state, next.state]).to.deep.equal(['done', 'done']);
      expect(stats(small)).to.include({ busy: 0, running: 0, queued: 0 });
    });
  }
});
