import { CallSite } from '../../inspect/call-site.js';

/** Where a line of a test stands: in short, for the message, and as a stack, for the tools that make a link of it. */
export interface Place {
  /** `file:line`, relative to the working directory where there is one; empty when it is not known. */
  toString(): string;
  /** The frames of the stack, without a headline. */
  readonly stack: string;
}

/** The place from which `below` was called. */
export function placeOfCallOf(below: (...args: never[]) => unknown): Place {
  const site = new CallSite();
  const holder: { stack?: string } = {};
  const { captureStackTrace } = Error as { captureStackTrace?: (target: object, below: unknown) => void };
  captureStackTrace?.(holder, below);
  return {
    toString: () => shorten(site.toString()),
    get stack() {
      return (holder.stack ?? '').split('\n').filter(isFrame).join('\n');
    },
  };
}

/** Where an error was thrown, if it knows. */
export function placeOf(error: unknown): Place | null {
  if (!(error instanceof Error) || error.stack === undefined) return null;
  const stack = error.stack.split('\n').filter(isFrame).join('\n');
  return stack === '' ? null : { stack, toString: () => '' };
}

/** A path as one reads it best: from the working directory on. */
export function shorten(place: string): string {
  const { process } = globalThis as { process?: { cwd?(): string } };
  const folder = process?.cwd?.();
  if (folder === undefined || !place.startsWith(folder)) return place;
  return place.slice(folder.length).replace(/^[\\/]/, '');
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}
