/** The part of Node's `AsyncResource` that is used here. */
interface AsyncScope {
  runInAsyncScope<R>(call: () => R): R;
}

/** Made when this module is loaded, outside of any request; null where there is no such thing. */
const neutral = /* @__PURE__ */ makeScope();

/**
 * Calls `call` outside of whatever `AsyncLocalStorage` context there is.
 *
 * A wake-up that many tasks share must not hand the context of whoever happened to ask for it to all of them: on a server
 * that is somebody else's request.
 */
export function inNeutralContext<R>(call: () => R): R {
  return neutral === null ? call() : neutral.runInAsyncScope(call);
}

function makeScope(): AsyncScope | null {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  const hooks = process?.getBuiltinModule?.('node:async_hooks');
  if (hooks === undefined) return null;
  const { AsyncResource } = hooks as { AsyncResource: new (type: string, options: object) => AsyncScope };
  return new AsyncResource('rxjs-task-runner', { requireManualDestroy: true });
}
