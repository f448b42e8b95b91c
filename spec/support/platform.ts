/** What specs need of Node or of a page, and what the two call by different names. */

const { process: host } = globalThis as { process?: { readonly versions?: { readonly node?: string } } };
const isNode = host?.versions?.node !== undefined;

// Not those that a spec has put in their place.
const { setTimeout: realTimeout, performance: realPerformance } = globalThis;

/** Runs in a macrotask of its own, after those that were asked for before: an immediate, or a message where there are none. */
export const inMacrotask: (run: () => void) => void = isNode ? (run) => void setImmediate(run) : byMessage();

/** Resolves when what the library puts off has come: in a page that is behind a timer. */
export const timers: () => Promise<void> = isNode
  ? () => Promise.resolve()
  : () => new Promise((resolve) => void realTimeout(resolve, 10));

function byMessage(): (run: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()!();
  return (run) => {
    waiting.push(run);
    port2.postMessage(null);
  };
}

/** Hands over uncaught errors and unhandled rejections, of which mocha does not hear meanwhile; returns how to end that. */
export const interceptUncaught: (hear: (error: unknown) => void) => () => void = isNode ? inProcess : inPage;

function inProcess(hear: (error: unknown) => void): () => void {
  const restore = (['uncaughtException', 'unhandledRejection'] as const).map((event) => {
    const listeners = process.listeners(event as 'uncaughtException');
    process.removeAllListeners(event);
    process.on(event, hear);
    return () => {
      process.removeAllListeners(event);
      for (const listener of listeners) process.on(event as 'uncaughtException', listener);
    };
  });
  return () => {
    for (const undo of restore) undo();
  };
}

function inPage(hear: (error: unknown) => void): () => void {
  const { onerror, onunhandledrejection } = window;
  window.onerror = (_message, _file, _line, _column, error) => {
    hear(error);
    return true;
  };
  window.onunhandledrejection = (event) => {
    event.preventDefault();
    hear(event.reason);
  };
  return () => {
    Object.assign(window, { onerror, onunhandledrejection });
  };
}

/** Collects all garbage: Node and Chromium have the function with the flag `--expose-gc`. */
export function collectGarbage(): void {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('These specs need --expose-gc.');
  gc();
}

/** Bytes on the heap of JavaScript. */
export function heapSize(): number {
  if (isNode) return process.memoryUsage().heapUsed;
  return (realPerformance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
}
