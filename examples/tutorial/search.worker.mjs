// What a thread loads first: in Node 20 a worker does not inherit what loads TypeScript. A program that is compiled gives
// `search.tasks.js` to its `Worker`.
import { register } from 'tsx/esm/api';

register();
await import('./search.tasks.ts');
