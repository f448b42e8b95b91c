import { serveTasks } from '../../../src/worker/index.js';
import { served } from './served.js';

const forPage = {
  ...served,
  uncaught: (message: string): Promise<never> => {
    setTimeout(() => {
      throw new Error(message);
    });
    return new Promise(() => undefined);
  },
  /** It answers to nothing, not even to a message. */
  spin: (line: MessagePort): never => {
    line.postMessage('began');
    for (;;);
  },
  /** Sends whatever it is given to the page, as a module may that has messages of its own. */
  send: (message: unknown): void => {
    postMessage(message);
  },
  serveAgain: (): void => {
    serveTasks(served);
  },
};

export type ServedInPage = typeof forPage;

serveTasks(forPage);
