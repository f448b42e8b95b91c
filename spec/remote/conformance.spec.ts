import { inlineThreads, Threads } from '../../src/threads/index.js';
import { conformance, type Platform } from './conformance.js';
import { type Served, served } from './support/served.js';
import { worker } from './support/worker-file.js';

const PLATFORMS: readonly Platform[] = [
  { name: 'inlineThreads', threads: (options) => inlineThreads(served, options), stack: /served\.ts/ },
  {
    name: 'worker_threads',
    threads: (options) => new Threads<Served>(({ name }) => worker(name), options),
    stack: /served\.mjs/,
  },
];

for (const platform of PLATFORMS) conformance(platform);
