// A program of which one part is CommonJS: both shall have the same copy.
import { ThreadPool } from 'rxjs-task-runner';
import { ThreadPool as Required } from './part.cjs';

export const isOneCopy = ThreadPool === Required;
