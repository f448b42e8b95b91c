// Poll: ask once a second, never twice at a time, until the job is done. The client is a promise.
import { strict as assert } from 'node:assert';
import { exhaustMap, firstValueFrom, type Observable, takeWhile, timer } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { TaskEnvironment } from 'rxjs-task-runner/testing';

const pool = new ThreadPool({ name: 'app' });
const io = pool.createSequencedTaskRunner({ name: 'io' });

type Status = 'queued' | 'running' | 'done';

export function follow(ask: () => Promise<Status>): Observable<Status> {
  return timer(0, 1_000, io).pipe(
    exhaustMap(() => ask()),
    takeWhile((status) => status !== 'done', true),
  );
}

// Only the asynchronous methods of a TaskEnvironment let promises settle, so this test does not use marbles().
const env = new TaskEnvironment();
const server = pool.createSequencedTaskRunner({ name: 'server' });
const answers: Status[] = ['queued', 'running', 'done'];
const seen: string[] = [];

/** Takes 1,200 ms, longer than the period. A timer of a runner is virtual and needs no worker; `setTimeout` is real. */
async function ask(): Promise<Status> {
  await firstValueFrom(timer(1_200, server));
  return answers.shift()!;
}

follow(ask).subscribe({
  next: (status) => seen.push(`${status} at ${env.now()}`),
  complete: () => seen.push('complete'),
});
await env.advanceByAsync(10_000);
assert.deepEqual(seen, ['queued at 1200', 'running at 3200', 'done at 5200', 'complete']);
env.dispose(); // throws if the poll had gone on

console.log('poll: passed');
