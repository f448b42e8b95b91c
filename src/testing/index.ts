/**
 * Virtual time for tests: marbles for streams and tasks, and an environment in which promises work too.
 *
 * @module rxjs-task-runner/testing
 */
export {
  type ExpectedRow,
  type ExpectedTasks,
  expectTasks,
  type TaskExpectation,
  type TaskTarget,
} from './rows/expect-tasks.js';
export { laneDiagram, type LaneDiagramOptions } from './rows/lane-diagram.js';
export type { LetterOptions } from './rows/letters.js';
export { MarbleAssertionError } from './marbles/marble-assertion-error.js';
export type { MarbleHelpers, MarbleOptions, MarbleTest } from './marbles/marble-test.js';
export { marbles } from './marbles/marbles.js';
export { diagram, recordTasks } from './rows/recording.js';
export { type DisposeOptions, TaskEnvironment, type TaskEnvironmentOptions } from './environment/task-environment.js';
export type { TaskOutcome, TaskRecord } from './rows/task-record.js';
export { type TaskCheck, TaskRecorder } from './rows/task-recorder.js';
export { type CostRule, type CostRules, virtualCost } from './environment/virtual-cost.js';
