import { Threads } from '../../src/threads/index.js';
import { conformance } from '../remote/conformance.js';
import { crashes } from '../remote/crashes.js';
import type { Crashing } from '../remote/support/crashing.js';

const SERVED = '/spec/remote/support/served.web.ts';

const worker = (name: string, script = SERVED): Worker => new Worker(script, { type: 'module', name });

conformance({
  name: 'web workers',
  threads: (options) => new Threads<Crashing>(({ name }) => worker(name), options),
  stack: /support\/served\.ts/,
});

crashes({
  name: 'A web worker',
  worker,
  scriptOf: (code) => `data:text/javascript,${encodeURIComponent(code)}`,
  failing: [['since its module is not there', '/nowhere.js', 'its module could not be loaded']],
});
