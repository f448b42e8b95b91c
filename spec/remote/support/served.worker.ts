import { serveTasks } from '../../../src/worker/index.js';
import { served } from './served.js';

const forNode = {
  ...served,
  exit: (code: number): void => process.exit(code),
  uncaught: (): Promise<never> => {
    setTimeout(() => {
      throw new Error('nobody catches this');
    });
    return new Promise(() => undefined);
  },
  /** Takes its time, by a timer that alone would not keep a process alive. */
  slow: (value: string): Promise<string> => new Promise((resolve) => setTimeout(() => resolve(value), 100)),
  fill: (): number => {
    const all: number[][] = [];
    for (;;) all.push(new Array<number>(1_000_000).fill(1));
  },
  /** It answers to nothing, not even to a message. */
  spin: (line: MessagePort): never => {
    line.postMessage('began');
    for (;;);
  },
  /** Sends whatever it is given to the program, as a module may that has messages of its own. */
  send: async (message: unknown): Promise<void> => {
    const { parentPort } = await import('node:worker_threads');
    parentPort!.postMessage(message);
  },
  serveAgain: (): void => {
    serveTasks(served);
  },
};

export type ServedInNode = typeof forNode;

serveTasks(forNode);
