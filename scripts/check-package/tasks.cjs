// The same as tasks.mjs, as CommonJS.
const { serveTasks } = require('rxjs-task-runner/worker');

serveTasks({ double: (n) => 2 * n });
