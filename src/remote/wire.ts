import type { TransferList } from './transfer.js';

/**
 * The messages between the two sides. They are arrays, which are cloned faster than objects. The first element
 * distinguishes our messages from others for the same worker. The second is the kind, and the third is the number of the
 * call.
 */
const TAG = 'rxjs-task-runner/1';

// From the program.
/** `[…, name, arguments, credit]`: run a task. */
export const CALL = 0;
/** Stop it. */
export const CANCEL = 1;
/** `[…, count]`: so many more values of an iterator may be sent. */
export const CREDIT = 2;

// From the thread.
/** `[TAG, READY, names]`: the tasks are served from now on. */
export const READY = 3;
/** `[…, value]`: a value of an observable. */
export const NEXT = 4;
/** `[…, value]`: a value of an iterator, which takes one of the credit. */
export const PULLED = 5;
/** `[…]`, or `[…, value]`: it has succeeded, in the second form with its only value. */
export const END = 6;
/** `[…, error]`: it has failed. */
export const FAIL = 7;

export type Message = readonly [tag: typeof TAG, kind: number, ...rest: unknown[]];

export function message(kind: number, ...rest: unknown[]): Message {
  return [TAG, kind, ...rest];
}

/** Returns a message of this library; null for all others. */
export function messageIn(data: unknown): Message | null {
  return Array.isArray(data) && data[0] === TAG ? (data as unknown as Message) : null;
}

/** The error for a message of this library that no version sends. */
export function malformed(what: string): TypeError {
  return new TypeError(`A malformed message of rxjs-task-runner: ${what}.`);
}

/** How a message is sent. Throws when part of it cannot be cloned. */
export type Send = (message: Message, transfer: TransferList) => void;
