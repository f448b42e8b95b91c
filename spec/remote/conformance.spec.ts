import { inlineThreads } from '../../src/threads/index.js';
import { conformance } from './conformance.js';
import { served } from './support/served.js';

conformance({ name: 'inlineThreads', threads: (options) => inlineThreads(served, options), stack: /served\.ts/ });
