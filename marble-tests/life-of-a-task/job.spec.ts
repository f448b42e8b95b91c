import { timer } from 'rxjs';
import { type JobOptions, postJob, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { inEnvironment, sleep } from '../support/in-environment.js';

const pool = new ThreadPool({ workers: 3, onTaskError: () => undefined });
const runner = pool.createParallelTaskRunner({ maxConcurrency: 3, name: 'runner' });

/** A job whose pieces take so many milliseconds each. A worker takes pieces until none is left. */
const sharing = (pieces: number[], most = Infinity): JobOptions => ({
  name: 'j',
  maxConcurrency: (active) => Math.min(most, pieces.length + active),
  work: async ({ signal }) => {
    for (let ms = pieces.shift(); ms !== undefined && !signal.aborted; ms = pieces.shift()) await sleep(ms);
  },
});

/** The same, but each worker returns after one piece, and is an observable. */
const pieceByPiece = (pieces: number[]): JobOptions => ({
  name: 'j',
  maxConcurrency: (active) => pieces.length + active,
  work: () => timer(pieces.shift()!),
});

describe('The workers of a job share its pieces', () => {
  it('as many workers as it can use, each for as long as there are pieces', () =>
    inEnvironment(({ expectTasks, hear }) => {
      hear(postJob(runner, sharing([3, 2, 4, 2], 2)), 'done');
      expectTasks().toBe({
        runner: [
          'j====--', //
          'j=====-',
        ],
        heard: '------d',
      });
    }));

  it('and as many as its runner runs; the next one is queued, and ends at once when nothing is left for it', () =>
    inEnvironment(({ expectTasks, hear }) => {
      hear(postJob(runner, sharing([3, 2, 2, 2, 2])), 'done');
      expectTasks().toBe({
        runner: [
          'j==j-', //
          'j===-',
          'j===-',
        ],
        heard: '----d',
      });
    }));

  it('one after another on a sequence, and what others have posted has its turn in between', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      postJob(page, pieceByPiece([2, 3, 2]));
      page.postTask(() => timer(2), { name: 'x' });
      page.postTask(() => timer(1), { name: 'y' });
      expectTasks().toBe({ page: 'j=x=yj==j=' });
    });
  });

  it('in testScheduler.run() too, when they are observables', () => {
    marbles({ workers: 2 }, ({ pool, expectTasks }) => {
      postJob(pool, pieceByPiece([3, 2, 3, 1]));
      expectTasks(pool).toBe({
        [pool.name]: [
          'j==j', //
          'j=j==',
        ],
      });
    });
  });

  it('and more come when it is told of more pieces', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const pieces = [6];
      const job = postJob(runner, sharing(pieces));
      hear(job, 'done');
      env.at('--x', {
        x: () => {
          pieces.push(3, 2);
          job.notifyConcurrencyIncrease();
        },
      });
      expectTasks().toBe({
        runner: [
          'j=====-', //
          '--j==--',
          '--j=---',
        ],
        heard: '------d',
      });
    }));
});

describe('The handle of a job settles', () => {
  it('at once when there is no work', () =>
    inEnvironment(({ expectTasks, hear }) => {
      hear(postJob(runner, sharing([])), 'done');
      expectTasks().toBe({ runner: 'j', heard: 'd' });
    }));

  it('when the first worker fails; the others are told, and nobody waits for them', () =>
    inEnvironment(({ expectTasks, hear }) => {
      const { work, ...options } = sharing([5, 4, 3, 9]);
      const failing: JobOptions['work'] = async (context, delegate) => {
        if (delegate.index !== 1) return work(context, delegate);
        await sleep(2);
        throw new Error('boom');
      };
      hear(postJob(runner, { ...options, work: failing }), 'done', 'failed');
      expectTasks().toBe({
        runner: [
          'j=!==', //
          'j=#--',
          'j=!=-',
        ],
        heard: '--f--',
      });
    }));

  it('when it is cancelled, and its workers end when they have seen that', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const job = postJob(runner, sharing([5, 4, 9, 9], 2));
      hear(job, 'done', 'cancelled');
      runner.postTask(() => sleep(1), { name: 'x' });
      env.at('--x', { x: () => job.cancel() });
      expectTasks().toBe({
        runner: [
          'j=!==', //
          'j=!=-',
          'x----',
        ],
        heard: '--c--',
      });
    }));

  it("after the whole job in a shutdown, with 'block-shutdown'", () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const closing = new ThreadPool({ workers: 2, name: 'closing' });
      hear(postJob(closing, { ...sharing([2, 3, 4, 2]), shutdownBehavior: 'block-shutdown' }), 'done');
      env.at('-x', { x: () => hear(closing.shutdown(), 'over') });
      expectTasks().toBe({
        closing: [
          'j=====', //
          'j====j',
        ],
        heard: '------(do)',
      });
    }));
});
