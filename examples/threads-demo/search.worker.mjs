// What a thread loads first. In Node 20 a worker does not inherit what loads TypeScript, and does not take it as an option
// either. A program that is compiled gives `search.tasks.js` to its `Worker`.
import { register } from 'tsx/esm/api';

register();
await import('./search.tasks.ts');
