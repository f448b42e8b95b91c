import { builtinModule } from './builtin-module.js';
import { outOfSurroundings } from './zone.js';

/** The part of Node's `AsyncResource` that is used here. */
interface AsyncScope {
  runInAsyncScope<R>(call: () => R): R;
}

/** Created when this module is loaded, outside of any request; null if there is no `AsyncResource`. */
const neutral = /* @__PURE__ */ makeScope();

/**
 * Calls `call` outside of any `AsyncLocalStorage` context, zone and domain.
 *
 * A wake-up that many tasks share must not pass the context of the code that requested it to all of them. On a server that
 * would be another request, in a browser test a zone that ends with the test.
 */
export function outside<R>(call: () => R): R {
  const out = (): R => outOfSurroundings(call);
  if (neutral === null) return out();
  demandRoom(...ROOM);
  return neutral.runInAsyncScope(out);
}

/**
 * Checks for room on the stack, in values of 8 bytes: Node needs it to enter a context, arm a timer there, and leave it. If
 * Node runs out of stack halfway, it loses the timers of that delay, or cannot leave the context and ends the process
 * ("async hook stack has become corrupted"). A `RangeError` thrown here has changed nothing.
 */
const ROOM: [] = Array(512).fill(0) as [];

function demandRoom(): void {
  // The call with so many arguments is the check.
}

function makeScope(): AsyncScope | null {
  const hooks = builtinModule('node:async_hooks');
  if (hooks === undefined) return null;
  const { AsyncResource } = hooks as { AsyncResource: new (type: string, options: object) => AsyncScope };
  return new AsyncResource('rxjs-task-runner', { requireManualDestroy: true });
}
