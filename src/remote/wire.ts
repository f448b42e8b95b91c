import type { TransferList } from './transfer.js';

/**
 * What the two sides say to each other: arrays, since they are cloned faster than objects. The first element tells our
 * messages from others that the same worker may be sent; the second is the kind, the third the number of the call.
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
/** `[…]`, or `[…, value]`: it has ended well; with a value that is its only one. */
export const END = 6;
/** `[…, error]`: it has failed. */
export const FAIL = 7;

export type Message = readonly [tag: typeof TAG, kind: number, ...rest: unknown[]];

export function message(kind: number, ...rest: unknown[]): Message {
  return [TAG, kind, ...rest];
}

/** A message of this library; others, which are nobody's business here, are null. */
export function messageIn(data: unknown): Message | null {
  return Array.isArray(data) && data[0] === TAG ? (data as unknown as Message) : null;
}

/** The error for a message of this library that none of its versions sends. */
export function malformed(what: string): TypeError {
  return new TypeError(`A malformed message of rxjs-task-runner: ${what}.`);
}

/** How a message is sent. Throws when part of it cannot be cloned. */
export type Send = (message: Message, transfer: TransferList) => void;
