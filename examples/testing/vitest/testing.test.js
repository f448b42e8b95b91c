import { debounceTime, interval, map, take, timer } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles, TaskEnvironment } from 'rxjs-task-runner/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const pool = new ThreadPool({ name: 'pool' });
const ui = pool.createSequencedTaskRunner({ name: 'ui' });

test('a runner made at module level is virtual in marbles', () => {
  marbles(({ hot, expectObservable }) => {
    const keys = hot('  a-b-----c---|');
    const expected = '  -----b-----c|';
    expectObservable(keys.pipe(debounceTime(3, ui))).toBe(expected);
  });
});

test('tasks of one runner never overlap', () => {
  marbles(({ expectTasks, runner }) => {
    const disk = runner({ name: 'disk' });
    disk.postTask(() => timer(3), { name: 'read' });
    disk.postTask(() => timer(2), { name: 'write' });
    expectTasks(disk).toBe({ disk: 'r==w=' });
  });
});

test('a marble test that fails names its line', () => {
  const failing = () =>
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a')).toBe('a');
    });
  expect(failing).toThrow(/^expectObservable at .*testing\.test\.js:\d+: a was expected at frame 0, and came at 1/);
});

test('promises settle in a TaskEnvironment', async () => {
  const env = new TaskEnvironment();
  const task = ui.postTask(async (context) => {
    await context.sleep(60_000);
    return env.now();
  });
  await env.advanceByAsync(60_000);
  expect(await task).toBe(60_000);
  env.dispose();
});

describe('fake timers', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('a runner follows them', () => {
    const seen = [];
    const start = ui.now();
    interval(1_000, ui)
      .pipe(
        take(2),
        map(() => ui.now() - start),
      )
      .subscribe((ms) => seen.push(ms));
    vi.advanceTimersByTime(1_999);
    expect(seen).toEqual([1_000]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([1_000, 2_000]);
  });
});
