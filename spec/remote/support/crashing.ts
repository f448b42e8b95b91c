import { serveTasks } from '../../../src/worker/index.js';
import { served } from './served.js';

/** The served tasks, and others by which a thread goes, or behaves badly. `post` sends a message of the module's own. */
export const crashing = (post: (message: unknown) => void) => ({
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
  /** Sends whatever it is given to the program, as a module may that has messages of its own. */
  send: (message: unknown): void => post(message),
  serveAgain: (): void => {
    serveTasks(served);
  },
});

export type Crashing = ReturnType<typeof crashing>;
