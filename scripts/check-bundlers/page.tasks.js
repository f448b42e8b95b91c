import { serveTasks } from 'rxjs-task-runner/worker';

serveTasks({ double: (n) => 2 * n });
