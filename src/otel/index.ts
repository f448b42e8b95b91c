export { type InstrumentOptions, instrumentTasks } from './instrument-tasks.js';
