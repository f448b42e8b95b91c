// Imports one class that needs no runner: the rest of the library shall not be in the bundle.
import { SequenceChecker } from 'rxjs-task-runner';

export const checker = new SequenceChecker();
