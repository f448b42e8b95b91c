import {
  createSingleThreadTaskRunner,
  keyed,
  type TaskRunner,
  type TaskTraitsInput,
  ThreadPool,
} from '../../src/index.js';

/** A runner of every kind there is, each of a pool of its own. */
export const RUNNER_KINDS: Readonly<Record<string, (traits?: TaskTraitsInput) => TaskRunner>> = {
  'a sequenced runner': (traits) => new ThreadPool().createSequencedTaskRunner(traits),
  'a parallel runner': (traits) => new ThreadPool().createParallelTaskRunner({ maxConcurrency: 3, ...traits }),
  'a runner with a worker of its own': (traits) => createSingleThreadTaskRunner(traits),
  'a pool': () => new ThreadPool(),
  'a key': (traits) => keyed(new ThreadPool(), traits).runner('key'),
};
