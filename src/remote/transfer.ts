import { demand } from '../base/demand.js';

/** The objects to move: array buffers, message ports, streams. Node and the web have different types for them. */
export type TransferList = readonly object[];

const lists = /* @__PURE__ */ new WeakMap<object, TransferList>();
const NONE: TransferList = [];

/**
 * Marks parts of an argument or a result that are moved to the other thread instead of copied. Moved objects are empty on
 * this side afterwards. O(1).
 *
 * ```ts
 * await pool.postTask(threads.tasks.hash(transfer(buffer, [buffer])));
 * ```
 *
 * @param value the argument or the result, which is returned
 * @param list the parts to move: array buffers, message ports, streams
 * @throws TypeError when `value` is not an object, or `list` is not an array
 */
export function transfer<T extends object>(value: T, list: TransferList): T {
  demand(Object(value) === value, 'What is transferred must be an object', value);
  demand(Array.isArray(list), 'The second argument of transfer must be an array of objects to move', list);
  lists.set(value, list);
  return value;
}

/**
 * The list of objects marked with a value.
 *
 * @throws TypeError when it was moved already
 */
export function transferListOf(value: unknown): TransferList {
  return checked(Object(value) === value ? lists.get(value as object) : undefined) ?? NONE;
}

/** The same for arguments, together with the caller's own list, without duplicates. Throws in the same way. */
export function transferListOfAll(values: readonly unknown[], list: TransferList): TransferList {
  let all = checked(list);
  for (const value of values) {
    const marked = transferListOf(value);
    if (marked.length > 0) all = [...new Set([...all, ...marked])];
  }
  return all;
}

/** A moved buffer is empty. Node would move it again silently, and a retry would work on an empty buffer. */
export function isMoved(value: unknown): boolean {
  if (!(value instanceof ArrayBuffer) || value.byteLength > 0) return false;
  try {
    new Uint8Array(value);
    return false;
  } catch {
    return true;
  }
}

function checked<L extends TransferList | undefined>(list: L): L {
  if (list?.some(isMoved) === true) throw new TypeError('An array buffer was moved already.');
  return list;
}
