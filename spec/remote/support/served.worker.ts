import { parentPort } from 'node:worker_threads';
import { serveTasks, type ThreadContext } from '../../../src/worker/index.js';
import { crashing } from './crashing.js';

const forNode = {
  ...crashing((message) => parentPort!.postMessage(message)),
  exit: (code: number): void => process.exit(code),
  /** Takes its time, by a timer that alone would not keep a process alive. */
  slow: (value: string): Promise<string> => new Promise((resolve) => setTimeout(() => resolve(value), 100)),
  /** The same, from its cancelling on. */
  slowToStop: ({ signal }: ThreadContext): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => setTimeout(resolve, 100))),
  fill: (): number => {
    const all: number[][] = [];
    for (;;) all.push(new Array<number>(1_000_000).fill(1));
  },
};

export type ServedInNode = typeof forNode;

serveTasks(forNode);
