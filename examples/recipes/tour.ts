// A quick tour of the testing entry.
import { strict as assert } from 'node:assert';
import { debounceTime, interval, take, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { ThreadPool } from 'rxjs-task-runner';
import { diagram, expectTasks, marbles, recordTasks, TaskEnvironment, virtualCost } from 'rxjs-task-runner/testing';

// Production code: made at module level, and never told of a test.
const pool = new ThreadPool({ name: 'pool' });
const ui = pool.createSequencedTaskRunner({ name: 'ui' });

// Streams.
marbles(({ hot, expectObservable }) => {
  const keys = hot('  a-b-----c---|');
  const expected = '  -----b-----c|';
  expectObservable(keys.pipe(debounceTime(3, ui))).toBe(expected);
});

// Tasks, by runner.
marbles(({ expectTasks, pool, runner }) => {
  const disk = runner({ name: 'disk' });
  const net = runner({ name: 'net' });
  disk.postTask(() => timer(3), { name: 'read' });
  disk.postTask(() => timer(2), { name: 'write' });
  net.postDelayedTask(() => timer(9), 1, { name: 'load' });
  const ping = net.postDelayedTask(() => timer(9), 2, { name: 'ping' });
  timer(14).subscribe(() => ping.cancel());

  expectTasks(pool).toBe({
    disk: 'r==w=----------', // a read of three frames, and a write of two behind it
    net: ' -l========p===!', // ping was cancelled in its fifth frame
  });
});

// Tasks, by lane: who is more urgent goes first.
marbles({ workers: 1 }, ({ expectTasks, pool }) => {
  virtualCost({ index: { cost: 2 }, draw: { cost: 3 } });
  pool.postTask(() => undefined, { name: 'index', priority: 'best-effort' });
  pool.postTask(() => undefined, { name: 'index', priority: 'best-effort' });
  pool.postTask(() => undefined, { name: 'draw', priority: 'user-blocking' });

  expectTasks(pool).toBe({
    'user-blocking': 'd==----',
    'best-effort': '  ---i=i=',
  });
});

// Promises and async functions.
const env = new TaskEnvironment();
const answer = ui.postTask(async (context) => {
  await context.sleep(60_000); // a minute, at once
  return 42;
});
await env.advanceByAsync(60_000);
assert.equal(await answer, 42);
env.dispose();

// Code that keeps the one thread.
const busy = new TaskEnvironment();
const recording = recordTasks();
virtualCost({ parse: { blocks: 4 } });
ui.postTask(() => undefined, { name: 'parse' });
interval(2, ui).pipe(take(2)).subscribe();
busy.advanceBy(10);
console.log(diagram(recording, { by: 'runner' }));
expectTasks(recording).toBe({ ui: 'p===t-t' }, { unnamed: 't' }); // the first tick was due at 2
recording.verify();
recording.detach();
busy.dispose();

// RxJS's own TestScheduler.
new TestScheduler(assert.deepEqual).run(({ cold, expectObservable }) => {
  expectObservable(cold('a--b|').pipe(debounceTime(2, ui))).toBe('--a-(b|)');
});

console.log('tour: passed');
