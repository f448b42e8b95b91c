export {
  type ExpectedRow,
  type ExpectedTasks,
  expectTasks,
  type TaskExpectation,
  type TaskTarget,
} from './expect-tasks.js';
export { laneDiagram, type LaneDiagramOptions } from './lane-diagram.js';
export type { LetterOptions } from './letters.js';
export { MarbleAssertionError } from './marble-assertion-error.js';
export type { MarbleHelpers, MarbleOptions, MarbleTest } from './marble-test.js';
export { marbles } from './marbles.js';
export { diagram, recordTasks } from './recording.js';
export { type DisposeOptions, TaskEnvironment, type TaskEnvironmentOptions } from './task-environment.js';
export type { TaskOutcome, TaskRecord } from './task-record.js';
export { type TaskCheck, TaskRecorder } from './task-recorder.js';
export { type CostRule, type CostRules, virtualCost } from './virtual-cost.js';
