/** Deep enough for a pipeline of RxJS operators, with about three frames each. */
const DEPTH = 60;

/** RxJS as installed, or as bundled by a development server. */
const RXJS = /[\\/]node_modules[\\/](?:.*[\\/])?rxjs(?:[\\/]|[._]\w*\.?js)/;

/** This file as published, or in `node_modules`, where a development server may have renamed it. */
const UNBUNDLED = /[\\/](?:inspect[\\/]call-site\.[jt]s$|node_modules[\\/])/;

/** Where this library's files are, according to its own stack frames: a folder, or the file of a bundle. */
const LIBRARY = /* @__PURE__ */ libraryIn(/* @__PURE__ */ new Error().stack);

/**
 * The place of the code that called this library. It is stored as an `Error`, whose stack is converted to text only on
 * demand, because that is the expensive part.
 */
export class CallSite {
  private error: Error | null;
  private text = '';

  constructor() {
    const limits = Error as { stackTraceLimit?: number };
    const limit = limits.stackTraceLimit;
    limits.stackTraceLimit = DEPTH;
    this.error = new Error();
    if (limit === undefined) delete limits.stackTraceLimit;
    else limits.stackTraceLimit = limit;
  }

  /** Whether it was converted to text, so that it keeps nothing else in memory. */
  get isText(): boolean {
    return this.error === null;
  }

  /** `file:line` of the nearest caller outside of this library and RxJS; empty when there is none. */
  toString(): string {
    if (this.error !== null) {
      this.text = callerIn(this.error.stack);
      this.error = null;
    }
    return this.text;
  }
}

/** `file:line` of the first frame of a stack that is outside of this library, RxJS and Node. */
export function callerIn(stack: unknown): string {
  for (const line of linesOf(stack)) {
    const place = placeIn(line);
    if (place === null || isInside(place.file)) continue;
    return `${place.file}:${place.line}`;
  }
  return '';
}

/** A stack is text, unless a custom `Error.prepareStackTrace` returns V8's frames or something else. */
function linesOf(stack: unknown): string[] {
  if (Array.isArray(stack)) return stack.map((frame) => `at ${String(frame)}`);
  return typeof stack === 'string' ? stack.split('\n') : [];
}

function isInside(file: string): boolean {
  if (file.startsWith('node:') || file.startsWith('internal/')) return true;
  return (LIBRARY !== '' && file.startsWith(LIBRARY)) || RXJS.test(file);
}

/** V8's frames are `at call (file:line:column)` or `at file:line:column`, those of others `call@file:line:column`. */
function placeIn(frame: string): { file: string; line: string } | null {
  const line = frame.trim();
  const named = line.endsWith(')') ? / \((.*)\)$/ : line.startsWith('at ') ? /^at (?:async )?(.*)$/ : /^[^@]*@(.*)$/;
  const match = /^(.*):(\d+):\d+$/.exec(named.exec(line)?.[1] ?? '');
  return match === null ? null : { file: match[1]!.replace(/^file:\/\//, ''), line: match[2]! };
}

/**
 * The library whose first frame made a stack: the folder above that of its file (`src/`, or the build), or the file of a
 * bundle, whose other folders are not ours.
 */
export function libraryIn(stack?: unknown): string {
  for (const line of linesOf(stack)) {
    const file = placeIn(line)?.file;
    if (file === undefined) continue;
    return UNBUNDLED.test(file) ? (/^(.*[\\/])[^\\/]+[\\/][^\\/]+$/.exec(file)?.[1] ?? '') : file;
  }
  return '';
}
