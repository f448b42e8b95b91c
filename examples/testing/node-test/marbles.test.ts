import { test } from 'node:test';
import { debounceTime, timer } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';

const ui = new ThreadPool().createSequencedTaskRunner({ name: 'ui' });

void test('a runner made at module level is virtual in marbles', () => {
  marbles(({ hot, expectObservable }) => {
    const keys = hot('  a-b-----c---|');
    const expected = '  -----b-----c|';
    expectObservable(keys.pipe(debounceTime(3, ui))).toBe(expected);
  });
});

void test('tasks of one runner never overlap', () => {
  marbles(({ expectTasks, pool, runner }) => {
    const disk = runner({ name: 'disk' });
    disk.postTask(() => timer(3), { name: 'read' });
    disk.postTask(() => timer(2), { name: 'write' });
    expectTasks(pool).toBe({ disk: 'r==w=' });
  });
});
