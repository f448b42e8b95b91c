import { builtinModule } from './builtin-module.js';
import { outOfSurroundings } from './zone.js';

/** The part of Node's `AsyncResource` that is used here. */
interface AsyncScope {
  runInAsyncScope<R>(call: () => R): R;
}

/** Made when this module is loaded, outside of any request; null where there is no such thing. */
const neutral = /* @__PURE__ */ makeScope();

/**
 * Calls `call` outside of whatever `AsyncLocalStorage` context, zone and domain there is.
 *
 * A wake-up that many tasks share must not hand the context of whoever happened to ask for it to all of them: on a server
 * that is somebody else's request, in a browser test a zone that ends with the test.
 */
export function outside<R>(call: () => R): R {
  const out = (): R => outOfSurroundings(call);
  if (neutral === null) return out();
  demandRoom(...ROOM);
  return neutral.runInAsyncScope(out);
}

/**
 * Room on the stack, for so many values of 8 bytes: what Node needs to enter a context, arm a timer there, and leave it. One
 * that is cut off halfway has lost the timers of that delay, or cannot leave the context, and then ends the process ("async
 * hook stack has become corrupted"). What throws here, a `RangeError`, has changed nothing.
 */
const ROOM: [] = Array(512).fill(0) as [];

function demandRoom(): void {
  // To be called with so many arguments is all.
}

function makeScope(): AsyncScope | null {
  const hooks = builtinModule('node:async_hooks');
  if (hooks === undefined) return null;
  const { AsyncResource } = hooks as { AsyncResource: new (type: string, options: object) => AsyncScope };
  return new AsyncResource('rxjs-task-runner', { requireManualDestroy: true });
}
