import { Threads } from '../../src/threads/index.js';
import { conformance } from './conformance.js';
import type { Served } from './support/served.js';
import { worker } from './support/worker-file.js';

conformance({
  name: 'worker_threads',
  threads: (options) => new Threads<Served>(({ name }) => worker(name), options),
  stack: /served\.mjs/,
});
