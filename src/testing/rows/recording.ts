import { schedulerInForce } from '../../virtual/in-force.js';
import { isOf, type TaskTarget } from './expect-tasks.js';
import { laneDiagram, type LaneDiagramOptions } from './lane-diagram.js';
import { recorderOf, TaskRecorder } from './task-recorder.js';

/**
 * Starts a recording on the clock in force: a `testScheduler.run()`, a `TaskEnvironment`, fake timers or real time.
 *
 * ```ts
 * const recording = recordTasks();
 * await work();
 * recording.detach();
 * console.log(diagram(recording, { by: 'runner', width: 60 }));
 * ```
 */
export function recordTasks(): TaskRecorder {
  return new TaskRecorder(schedulerInForce());
}

/**
 * Draws a recording as aligned text, like {@link laneDiagram}: that of a recorder, or the runs of a pool or of runners on
 * the clock in force.
 *
 * ```ts
 * recordTasks();
 * await work();
 * console.log(diagram(pool));
 * ```
 *
 * @throws Error when nothing records the clock in force
 */
export function diagram(recording: TaskRecorder | TaskTarget, options: LaneDiagramOptions = {}): string {
  const isRecorder = recording instanceof TaskRecorder;
  const recorder = isRecorder ? recording : recorderOf(schedulerInForce());
  if (recorder === undefined) {
    throw new Error(
      'Nothing records the clock in force: call recordTasks() first, and give diagram() what it returns.',
    );
  }
  const records = isRecorder ? recorder.records : recorder.records.filter((record) => isOf(record, recording));
  return laneDiagram(records, { from: recorder.origin, ...options });
}
