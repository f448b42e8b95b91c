import { serveTasks } from '../../../src/worker/index.js';
import { crashing } from './crashing.js';

serveTasks(crashing((message) => postMessage(message)));
