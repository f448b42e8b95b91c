// Runs in a process of its own, since a domain takes part in how uncaught errors are handled. Prints a JSON object.
import domain from 'node:domain';
import { flush, ThreadPool } from '../../../src/index.js';

const seen: Record<string, unknown> = {};
const runner = new ThreadPool().createSequencedTaskRunner();
const current = (): string =>
  (process as { domain?: unknown }).domain === mine
    ? 'mine'
    : (process as { domain?: unknown }).domain
      ? 'other'
      : 'none';
const mine = domain.create();
const errors: string[] = [];
mine.on('error', (error) => errors.push((error as Error).message));

mine.run(() => {
  runner.postTask(() => void (seen['task'] = current()));
  runner.schedule(() => void (seen['timer'] = current()), 5);
});
runner.postTask(() => void (seen['task of nobody'] = current()));
await new Promise((resolve) => setTimeout(resolve, 20));
runner.postTask(() => void (seen['later task of nobody'] = current()));
await flush(runner);
mine.run(() => {
  runner.postTask(() => {
    throw new Error('of mine');
  });
});
await new Promise((resolve) => setTimeout(resolve, 20));
seen['errors'] = errors;
console.log(JSON.stringify(seen));
process.exit(0);
