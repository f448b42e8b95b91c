// What a failure looks like: this test expects too much, and its message is printed.
import { debounceTime, timer } from 'rxjs';
import { marbles } from 'rxjs-task-runner/testing';

function failingTest(): void {
  marbles(({ hot, expectObservable, runner }) => {
    const ui = runner({ name: 'ui' });
    ui.postDelayedTask(() => timer(4), 2, { name: 'layout' });
    const keys = hot('  a-b-----c|');
    const expected = '  -----b---(c|)';
    expectObservable(keys.pipe(debounceTime(3, ui))).toBe(expected);
  });
}

try {
  failingTest();
} catch (error) {
  console.log((error as Error).message);
}
