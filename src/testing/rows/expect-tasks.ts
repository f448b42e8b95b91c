import type { TaskRunner } from '../../types.js';
import { PRIORITIES } from '../../kernel/traits.js';
import type { TaskPriority } from '../../types.js';
import { ThreadPool } from '../../runners/thread-pool.js';
import { CallSite } from '../../inspect/call-site.js';
import { compareRuns } from './compare-runs.js';
import { rowOf, rowsOf } from './lane-diagram.js';
import { type LetterOptions, plainLetters } from './letters.js';
import { parseRow } from './parse-row.js';
import type { TaskCheck, TaskRecorder } from './task-recorder.js';
import type { TaskRecord } from './task-record.js';
import { comparison, type ComparedRow } from './task-comparison.js';
import { type TaskRun, toRun } from './task-run.js';

/** Whose tasks to check: those of a pool with all its runners, of a runner, or of several. */
export type TaskTarget = ThreadPool | TaskRunner | readonly (ThreadPool | TaskRunner)[];

/**
 * A row of runs, or several rows for overlapping runs. A run may be in any of them.
 *
 * - A column is a frame, and `-` an idle frame. Spaces are ignored. ` 10ms ` is ten frames, as in RxJS's marbles.
 * - A letter is a run, at the frame in which it began. Each `=` after it is one more frame in which it holds its sequence.
 *   So `a==` is a run of three frames, and `a==b` is two runs in a row. A run that takes no time is a single letter.
 * - `a=!` was cancelled in its third frame, `a=#` failed in its third frame, and `a>` had not ended at the end of the
 *   recording. A cancelled run may hold its sequence for longer: `a=!==`.
 * - `(ab)` is two runs of one frame, in order, and as wide as it is written, as in RxJS. In `(a#b)` the first run failed at
 *   once.
 */
export type ExpectedRow = string | readonly string[];

/** Rows by lane, or by the names of runners. Lanes and runners that are left out must have no runs. */
export type ExpectedTasks = Readonly<Partial<Record<TaskPriority, ExpectedRow>> | Record<string, ExpectedRow>>;

/** The result of {@link expectTasks}. */
export interface TaskExpectation {
  /**
   * Sets which named tasks should run when, in the notation of {@link ExpectedRow}. When the recording is complete, the
   * rows are compared with all runs of named tasks. Other runs are compared only if `unnamed` gives them a letter.
   *
   * @throws SyntaxError when a row is invalid
   * @throws Error when it is called twice
   */
  toBe(expected: ExpectedTasks, options?: LetterOptions): void;
}

/**
 * Makes an expectation for a recording. {@link TaskRecorder.verify} evaluates it with the recorder's other `checks`.
 * `marbles` has its own `expectTasks`, which is evaluated at the end of the test.
 *
 * ```ts
 * const recording = recordTasks();
 * expectTasks(recording, pool).toBe({ ui: 'a-b', io: 'c===' });
 * await work();
 * recording.verify();
 * ```
 *
 * @param target whose tasks to check; defaults to all runners
 */
export function expectTasks(recorder: TaskRecorder, target?: TaskTarget): TaskExpectation {
  const where = new CallSite();
  let evaluate = (): string | null => 'expectTasks() expects nothing until toBe() says what.';
  const check: TaskCheck = {
    get where() {
      return where.toString();
    },
    evaluate: () => evaluate(),
  };
  recorder.checks.push(check);
  let isSaid = false;
  return {
    toBe(expected, options) {
      if (isSaid) throw new Error('toBe() was called twice: each expectTasks() expects one thing.');
      isSaid = true;
      const comparable = readRows(expected);
      const letterOf = plainLetters(options);
      evaluate = () => {
        const records = recorder.records.filter((record) => record.started !== null && isOf(record, target));
        const drawn = records.filter((record) => letterOf(record) !== null);
        const by = Object.keys(expected).every(isPriority) ? 'lane' : 'runner';
        const names = new Set([...Object.keys(expected), ...rowsOf(drawn, by)]);
        const ordered = by === 'lane' ? PRIORITIES.filter((priority) => names.has(priority)) : [...names];
        const rows = ordered.map((name): ComparedRow => {
          const actual = drawn
            .filter((record) => rowOf(record, by) === name)
            .sort((a, b) => a.nth! - b.nth!)
            .map((record) => toRun(record, letterOf(record)!, recorder.origin)!);
          const tracks = comparable.get(name) ?? [];
          return { name, expected: tracks.flat(), actual, difference: compareRuns(tracks, actual) };
        });
        return rows.every(({ difference }) => difference === null) ? null : comparison(rows);
      };
    },
  };
}

function readRows(expected: ExpectedTasks): Map<string, readonly (readonly TaskRun[])[]> {
  const rows = new Map<string, readonly (readonly TaskRun[])[]>();
  for (const [name, row] of Object.entries(expected)) {
    rows.set(name, (typeof row === 'string' ? [row] : row).map(parseRow));
  }
  return rows;
}

function isPriority(name: string): boolean {
  return PRIORITIES.includes(name as TaskPriority);
}

/** Whether a record is of a pool, of a runner, or of one of several; without a target all are. */
export function isOf({ task }: TaskRecord, target: TaskTarget | undefined): boolean {
  if (target === undefined) return true;
  const targets = Array.isArray(target) ? (target as readonly (ThreadPool | TaskRunner)[]) : [target as TaskRunner];
  const { owner, workers } = task.sequence;
  return targets.some((one) =>
    one instanceof ThreadPool ? one.admission === workers.admission : (one as unknown) === owner,
  );
}
