import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, test } from 'node:test';
import { TestScheduler } from 'rxjs/testing';
import { delay } from 'rxjs';
import { type TaskContext, ThreadPool } from 'rxjs-task-runner';
import { TaskEnvironment } from 'rxjs-task-runner/testing';

const pool = new ThreadPool({ name: 'pool' });
const account = pool.createSequencedTaskRunner({ name: 'account' });
let env: TaskEnvironment;

// mock.timers of node:test carry no mark by which a runner could know them: a TaskEnvironment is what to use here.
beforeEach(() => {
  env = new TaskEnvironment();
});

afterEach(() => env.dispose());

void test('async tasks keep their order in virtual time', async () => {
  let balance = 100;
  const withdraw = async (amount: number, context: TaskContext): Promise<void> => {
    const before = balance;
    await context.sleep(60_000); // a minute's round trip
    balance = before - amount;
  };
  void account.postTask((context) => withdraw(10, context));
  void account.postTask((context) => withdraw(20, context));
  await env.advanceByAsync(120_000);
  assert.equal(balance, 70);
  assert.equal(env.now(), 120_000);
});

void test("RxJS's own TestScheduler works too", () => {
  new TestScheduler(assert.deepEqual).run(({ cold, expectObservable }) => {
    expectObservable(cold('a-b|').pipe(delay(2, account))).toBe('--a-(b|)');
  });
});
