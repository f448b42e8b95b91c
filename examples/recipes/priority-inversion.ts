// Priority inversion: opening a document waits for the best-effort saves before it.
import type { TaskHandle, ThreadPool } from 'rxjs-task-runner';
import { marbles, virtualCost } from 'rxjs-task-runner/testing';

export class Store {
  private readonly documents = new Map<string, string>();
  private readonly runner;

  constructor(pool: ThreadPool) {
    this.runner = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'store' });
  }

  save(id: string, text: string): TaskHandle<unknown> {
    return this.runner.postTask(() => this.documents.set(id, text), { name: 'save' });
  }

  /** Sees every save before it, and lifts those saves to its own priority while it waits for them. */
  open(id: string): TaskHandle<string | undefined> {
    return this.runner.postTask(() => this.documents.get(id), { name: 'open', priority: 'user-blocking' });
  }
}

// One worker, and tasks that take time. Otherwise all tasks would end in frame 0.
const COSTS = { save: { cost: 2 }, open: { cost: 1 }, thumbnail: { cost: 3 } };

marbles({ workers: 1 }, ({ expectTasks, pool, runner }) => {
  virtualCost(COSTS);
  const store = new Store(pool);
  const thumbnails = runner({ name: 'thumbnails' }); // user-visible, so before any save
  store.save('a', 'text');
  store.save('b', 'text');
  thumbnails.postTask(() => undefined, { name: 'thumbnail' });
  expectTasks(pool).toBe({
    thumbnails: 't==----',
    store: '     ---s=s=',
  });
});

marbles({ workers: 1 }, ({ expectTasks, pool, runner }) => {
  virtualCost(COSTS);
  const store = new Store(pool);
  const thumbnails = runner({ name: 'thumbnails' });
  store.save('a', 'text');
  store.save('b', 'text');
  thumbnails.postTask(() => undefined, { name: 'thumbnail' });
  store.open('b');
  expectTasks(pool).toBe({
    thumbnails: '-----t==',
    store: '     s=s=o---',
  });
});

console.log('priority inversion: passed');
