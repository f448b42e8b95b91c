// The module of the threads: what is served here the program can call.
import { serveTasks } from 'rxjs-task-runner/worker';
import { similarWords } from './similar-words.js';
import { loadWords } from './words.js';

const words = loadWords();

export type Tasks = typeof tasks;
export const tasks = serveTasks({
  similarWords: (text: string) => similarWords(words, text),
});
