/** Deep enough to see through a pipeline of RxJS, whose operators are some three frames each. */
const DEPTH = 60;

/** Installed, or as a development server has bundled it. */
const RXJS = /[\\/]node_modules[\\/](?:.*[\\/])?rxjs(?:[\\/]|[._]\w*\.?js)/;

/** This file as it is published, or in `node_modules`, where a development server may have put it under another name. */
const UNBUNDLED = /[\\/](?:inspect[\\/]call-site\.[jt]s$|node_modules[\\/])/;

/** Where this library's files are, as its own stack frames say: a folder, or the file it was bundled into. */
const LIBRARY = /* @__PURE__ */ libraryIn(/* @__PURE__ */ new Error().stack);

/**
 * Where the code stands that called into this library: kept as an `Error` whose stack is made into text only when
 * somebody looks at it, which is what costs.
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

  /** Whether it was made into text, and so holds on to nothing. */
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

/** A stack is text, unless somebody's `Error.prepareStackTrace` gives V8's frames, or anything. */
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
 * The library in whose first frame a stack was made: the folder above the one of its file (`src/`, or what it was built
 * into), or the file of a bundle, whose other folders are not ours.
 */
export function libraryIn(stack?: unknown): string {
  for (const line of linesOf(stack)) {
    const file = placeIn(line)?.file;
    if (file === undefined) continue;
    return UNBUNDLED.test(file) ? (/^(.*[\\/])[^\\/]+[\\/][^\\/]+$/.exec(file)?.[1] ?? '') : file;
  }
  return '';
}
