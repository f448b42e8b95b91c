// The library, and what the checks need of RxJS, for the functions that they hand to a page.
import { delay, interval, of, take, timer, toArray } from 'rxjs';
import * as core from '../../dist/esm/index.js';
import { Threads } from '../../dist/esm/threads/index.js';
import * as tracing from '../../dist/esm/tracing/index.js';

globalThis.library = { ...core, ...tracing, Threads, delay, interval, of, take, timer, toArray };
