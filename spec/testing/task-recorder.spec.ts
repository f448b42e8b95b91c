import { expect } from 'chai';
import fc from 'fast-check';
import { of, timer } from 'rxjs';
import sinon from 'sinon';
import { createFrameTaskRunner, createIdleTaskRunner, type TaskHandle, ThreadPool } from '../../src/index.js';
import { recordTasks } from '../../src/testing/rows/recording.js';
import type { TaskRecord } from '../../src/testing/rows/task-record.js';
import { inRun } from './support/in-run.js';

const pool = new ThreadPool({ name: 'app', workers: 2, onTaskError: () => undefined });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });

/** What `post` makes of tasks, as `name posted-started-ended outcome`. */
function recorded(post: () => void): string[] {
  return inRun(() => {
    const recorder = recordTasks();
    post();
    return () => recorder.records.map(inShort);
  });
}

const inShort = ({ name, posted, started, ended, outcome }: TaskRecord): string =>
  `${name === '' ? '*' : name} ${posted}-${started ?? ''}-${ended ?? ''} ${outcome}`;

const ignore = (handle: TaskHandle<unknown>) => void handle.then(undefined, () => undefined);

describe('TaskRecorder', () => {
  it('has a record per run, in the order of posts', () => {
    const records = recorded(() => {
      ui.postDelayedTask(() => timer(3), 2, { name: 'load' });
      indexing.postTask(() => of(1), { name: 'add' });
      ui.schedule(() => undefined, 4);
    });
    expect(records).to.deep.equal(['load 0-2-5 done', 'add 0-0-0 done', '* 0-5-5 done']);
  });

  it('has a record for each time an action is armed', () => {
    const records = recorded(() => {
      ui.schedule(
        function (left) {
          if (left! > 0) this.schedule(left! - 1, 3);
        },
        1,
        2,
      );
    });
    expect(records).to.deep.equal(['* 0-1-1 done', '* 1-4-4 done', '* 4-7-7 done']);
  });

  it('takes an action that is armed from outside of its run for one that is posted when it starts', () => {
    const records = recorded(() => {
      const action = ui.schedule(() => undefined);
      indexing.schedule(
        () => (action as ReturnType<typeof ui.schedule> & { schedule(s: unknown, d: number): void }).schedule(1, 3),
        2,
      );
    });
    expect(records).to.deep.equal(['* 0-0-0 done', '* 0-2-2 done', '* 5-5-5 done']);
  });

  it('says how each run ended', () => {
    const records = recorded(() => {
      ignore(
        ui.postTask(
          () => {
            throw new Error('no');
          },
          { name: 'throws' },
        ),
      );
      ui.schedule(() => {
        throw new Error('no');
      });
      const running = ui.postTask(() => timer(9), { name: 'running' });
      const waiting = ui.postTask(() => timer(9), { name: 'waiting' });
      const action = ui.schedule(() => undefined, 8);
      indexing.schedule(() => {
        running.cancel();
        waiting.cancel();
        action.unsubscribe();
      }, 3);
      indexing.postDelayedTask(() => new Promise(() => undefined), 4, { name: 'pending' });
      indexing.postTask(() => undefined, { name: 'done' });
      ui.postDelayedTask(() => undefined, Infinity, { name: 'never' });
    });
    expect(records).to.deep.equal([
      'throws 0-0-0 failed',
      '* 0-0-0 failed',
      'running 0-0-3 cancelled',
      'waiting 0-- cancelled',
      '* 0-- cancelled',
      '* 0-3-3 done',
      'pending 0-4- running',
      'done 0-0-0 done',
      'never 0-- pending',
    ]);
  });

  it('has the error of what failed, and the reason of what was cancelled', () => {
    const errors = inRun(() => {
      const recorder = recordTasks();
      ui.schedule(() => {
        throw new Error('thrown by an action');
      });
      ignore(
        ui.postTask(() => {
          throw new Error('thrown by a task');
        }),
      );
      ui.postDelayedTask(() => undefined, 5).cancel('not needed');
      ui.postTask(() => 7);
      return () => recorder.records.map(({ error }) => error as Error | undefined);
    });
    expect(errors.slice(0, 2).map((error) => error!.message)).to.deep.equal([
      'thrown by an action',
      'thrown by a task',
    ]);
    expect(errors[2]).to.deep.include({ name: 'AbortError', cause: 'not needed' });
    expect(errors[3]).to.equal(undefined);
  });

  it('tells when a cancelled task was cancelled, and when it gave its sequence free', async () => {
    const clock = sinon.useFakeTimers();
    try {
      const recorder = recordTasks();
      const handle = ui.postTask(() => new Promise((resolve) => setTimeout(resolve, 10)), { name: 'load' });
      ignore(handle);
      await clock.tickAsync(4);
      handle.cancel();
      await clock.tickAsync(20);
      recorder.detach();
      expect(recorder.records[0]).to.deep.include({ settled: 4, ended: 10, outcome: 'cancelled' });
    } finally {
      clock.restore();
    }
  });

  it('names the runner, the kind, and the lane it began in', () => {
    const records = inRun(() => {
      const recorder = recordTasks();
      indexing.postTask(() => undefined, { name: 'first' });
      indexing.postTask(() => undefined, { name: 'urgent', priority: 'user-blocking' });
      indexing.schedule(() => undefined);
      pool.postTask(() => undefined);
      return () => recorder.records.map(({ name, runner, kind, priority }) => [name, runner, kind, priority].join(' '));
    });
    expect(records).to.deep.equal([
      'first indexing task user-blocking',
      'urgent indexing task user-blocking',
      ' indexing action best-effort',
      ' app task user-visible',
    ]);
  });

  it('says from which line a task was posted, outside of this library and RxJS', () => {
    const records = inRun(() => {
      const recorder = recordTasks();
      ui.postTask(() => undefined);
      timer(5, ui).subscribe();
      return () => recorder.records;
    });
    const lines = records.map(({ postedFrom }) => /task-recorder\.spec\.ts:(\d+)$/.exec(postedFrom)?.[1]);
    expect(Number(lines[1]) - Number(lines[0])).to.equal(1);
  });

  it('has the tasks of frame and idle runners in real time, whose loops are of that too', async () => {
    const recorder = recordTasks();
    const runners = [createFrameTaskRunner({ name: 'frames' }), createIdleTaskRunner({ name: 'idle' }), ui];
    await Promise.all(runners.map((runner) => runner.postTask(() => undefined)));
    recorder.detach();
    expect(recorder.records.map(({ runner }) => runner).sort()).to.deep.equal(['frames', 'idle', 'ui']);
  });

  it('counts frames from the start of a run, however late it was attached', () => {
    const origin = inRun(({ cold }) => {
      let at = NaN;
      cold('---a').subscribe(() => (at = recordTasks().origin));
      return () => at;
    });
    expect(origin).to.equal(0);
  });

  it('records no more once it is detached', () => {
    const names = inRun(() => {
      const recorder = recordTasks();
      ui.postTask(() => undefined, { name: 'before' });
      recorder.detach();
      ui.postTask(() => undefined, { name: 'after' });
      return () => recorder.records.map(({ name }) => name);
    });
    expect(names).to.deep.equal(['before']);
  });

  it('two of them see the same, and neither sees less when the other is detached', () => {
    const [first, second] = inRun(() => {
      const recorders = [recordTasks(), recordTasks()];
      ui.postTask(() => undefined, { name: 'both' });
      recorders[0]!.detach();
      ui.postTask(() => undefined, { name: 'second' });
      return () => recorders.map(({ records }) => records.map(({ name }) => name));
    });
    expect(first).to.deep.equal(['both']);
    expect(second).to.deep.equal(['both', 'second']);
  });

  it('settles at the last frame what a run leaves behind when it is over', async () => {
    const recorder = inRun(() => {
      const recording = recordTasks();
      ignore(ui.postDelayedTask(() => new Promise(() => undefined), 5, { name: 'pending' }));
      return () => recording;
    });
    expect(recorder.live.map(({ name }) => name)).to.deep.equal(['pending']);
    await Promise.resolve();
    await Promise.resolve();
    expect(recorder.live).to.deep.equal([]);
    expect(recorder.records[0]).to.deep.include({ outcome: 'cancelled', started: 5, settled: 5, ended: null });
  });

  interface Step {
    kind: 'task' | 'action';
    runner: 0 | 1 | 2;
    delay: number;
    does: number;
    again: number;
    cancelAt: number;
  }
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('task', 'action'),
    runner: fc.constantFrom(0, 1, 2),
    delay: fc.nat(6),
    does: fc.nat(4),
    again: fc.nat(2),
    cancelAt: fc.oneof(fc.constant(-1), fc.nat(8)),
  });

  it('every record is settled or live, never both, and every run that has begun has one', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        inRun(() => {
          const recorder = recordTasks();
          let begun = 0;
          let tasks = 0;
          for (const { kind, runner, delay, does, again, cancelAt } of steps) {
            const target = [ui, indexing, pool][runner]!;
            if (kind === 'task') tasks++;
            const posted =
              kind === 'task'
                ? target.postDelayedTask(() => {
                    begun++;
                    if (does === 0) throw new Error('thrown');
                    return does === 1 ? timer(2) : does === 2 ? new Promise(() => undefined) : does;
                  }, delay)
                : target.schedule(
                    function (left) {
                      begun++;
                      if (left! > 0) this.schedule(left! - 1, does);
                      if (does === 0) throw new Error('thrown');
                    },
                    delay,
                    again,
                  );
            if (kind === 'task') ignore(posted as TaskHandle<unknown>);
            if (cancelAt >= 0) timer(cancelAt).subscribe(() => posted.unsubscribe());
          }
          return () => {
            const { records, live } = recorder;
            const settled = records.filter(({ settled: at }) => at !== null);
            expect(settled.length + live.length).to.equal(records.length);
            expect(settled.some((record) => live.includes(record))).to.equal(false);
            expect(records.filter(({ started }) => started !== null)).to.have.length(begun);
            expect(records.filter(({ kind }) => kind === 'task')).to.have.length(tasks);
            for (const { posted, started, ended } of records) {
              expect(posted).to.be.at.most(started ?? Infinity);
              expect(started ?? -Infinity).to.be.at.most(ended ?? Infinity);
            }
          };
        });
      }),
      { numRuns: 60 },
    );
  });
});
