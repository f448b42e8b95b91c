import { isMoved } from './transfer.js';

/**
 * A value cannot be sent to another thread, for example because it contains a function or a socket. The message names the
 * task, and the place in the argument or the result.
 *
 * ```ts
 * pool.postTask(threads.tasks.hash(buffer)).then(show, (error) => {
 *   if (error instanceof ThreadCloneError) console.error(error.message);
 * });
 * ```
 */
export class ThreadCloneError extends Error {
  override readonly name = 'ThreadCloneError';
}

/**
 * Makes the error for a value that could not be sent. It names the smallest part that cannot be cloned, and its place.
 *
 * @param what a description of the value, such as "argument 1 of task 'hash'"
 * @param cause the error of the attempt to send it
 * @param moved parts that are moved, and so need not be cloneable
 */
export function cloneError(
  what: string,
  value: unknown,
  cause: unknown,
  moved: readonly unknown[] = [],
): ThreadCloneError {
  const { path, part } = culpritIn(value, moved) ?? { path: '', part: value };
  return new ThreadCloneError(
    `Cannot go to another thread: ${what}${path === '' ? '' : `, at ${path},`} is ${kindOf(part)}.`,
    { cause },
  );
}

export function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

interface Part {
  readonly path: string;
  readonly part: unknown;
}

/**
 * Finds the first part that cannot be cloned, however deep, or null. O(parts), with an explicit stack, so that cycles and
 * long lists work too.
 */
export function culpritIn(value: unknown, moved: readonly unknown[] = []): Part | null {
  const seen = new Set<unknown>(moved.filter((one) => !isMoved(one)));
  const stack: Part[] = [{ path: '', part: value }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { path, part } = next;
    if (typeof part === 'function' || typeof part === 'symbol') return next;
    if (typeof part !== 'object' || part === null || seen.has(part)) continue;
    seen.add(part);
    const parts = partsOf(part).filter(([, inner]) => Object(inner) === inner || typeof inner === 'symbol');
    if (parts.length === 0 && !isCloneable(part)) return next;
    for (const [step, inner] of parts.reverse()) stack.push({ path: path + step, part: inner });
  }
  return null;
}

/** The parts that a structured clone copies one by one. It accepts or rejects all other objects as a whole. */
function partsOf(value: object): [step: string, part: unknown][] {
  try {
    if (value instanceof Map) {
      return [...value].flatMap(([key, part]: [unknown, unknown]): [string, unknown][] => [
        ['.key', key],
        [`.get(${typeof key === 'string' ? `'${key}'` : typeof key})`, part],
      ]);
    }
    if (value instanceof Set) return [...value].map((part): [string, unknown] => ['.value', part]);
    if (Array.isArray(value)) return value.map((part, index) => [`[${index}]`, part]);
    if (tagOf(value) === 'Object') return Object.entries(value).map(([key, part]) => [`.${key}`, part]);
  } catch {
    // A getter has thrown, as it would during cloning.
  }
  return [];
}

function kindOf(value: unknown): string {
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return 'an array buffer that was moved already';
  return `of a kind that cannot be cloned: ${tagOf(value)}`;
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
