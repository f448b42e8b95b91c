// Served by a web worker of the checks.
import { serveTasks } from '../../dist/esm/worker/index.js';

serveTasks({ later: (value, ms) => new Promise((resolve) => setTimeout(() => resolve(value), ms)) });
