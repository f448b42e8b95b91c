import { cloneError, ThreadCloneError } from './clone-error.js';

/** An error in transit: a structured clone keeps neither the name of a custom class nor its fields. */
export interface WireError {
  /** The thrown value, if it is not an error. */
  value?: unknown;
  name?: string;
  message?: string;
  stack?: string | undefined;
  cause?: WireError;
  errors?: readonly WireError[];
  fields?: readonly (readonly [key: string, value: unknown])[];
}

/** The classes that are restored on the other side. All others become an `Error` with their name. */
const CLASSES = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, ThreadCloneError] as const;

const NO_FIELDS = ['name', 'message', 'stack', 'cause'];

/**
 * Makes the error for the other side. Parts that cannot be cloned are replaced by their descriptions.
 *
 * @param known errors that already have a wire error: causes may form a cycle, which a structured clone keeps
 * @throws the error of a getter of the error
 */
export function toWire(error: unknown, task: string, known = new Map<unknown, WireError>()): WireError {
  const wire: WireError = known.get(error) ?? {};
  if (known.has(error)) return wire;
  known.set(error, wire);
  if (!(error instanceof Error)) {
    const failure = failureOfClone(error, `what task '${task}' has thrown`);
    if (failure !== null) return toWire(failure, task, known);
    wire.value = error;
    return wire;
  }
  const { name, message, stack, cause } = error as Partial<Error>;
  wire.name = String(name);
  wire.message = String(message);
  if (typeof stack === 'string') wire.stack = stack;
  if (cause !== undefined) wire.cause = toWire(cause, task, known);
  if (error instanceof AggregateError) wire.errors = error.errors.map((one) => toWire(one, task, known));
  wire.fields = Object.entries(error)
    .filter(([key]) => !NO_FIELDS.includes(key))
    .map(([key, value]) => [
      key,
      failureOfClone(value, `field '${key}' of an error of task '${task}'`)?.message ?? value,
    ]);
  return wire;
}

/** Restores the error, with the stack of its thread: of its standard class, or an `Error` with its name. */
export function fromWire(wire: WireError, known = new Map<WireError, unknown>()): unknown {
  if (known.has(wire)) return known.get(wire);
  const { name, message, cause, errors, fields = [] } = wire;
  if (name === undefined) return wire.value;
  const Class = CLASSES.find((one) => one.name === name) ?? Error;
  const error = errors === undefined ? new Class(message) : new AggregateError([], message);
  known.set(wire, error);
  // As an error has these: not among its own fields.
  const define = (key: string, value: unknown, enumerable = false): unknown =>
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  // A field may be named `__proto__`, which an assignment would treat differently.
  for (const [key, value] of fields) define(key, value, true);
  if (errors !== undefined) {
    define(
      'errors',
      errors.map((one) => fromWire(one, known)),
    );
  }
  if (cause !== undefined) define('cause', fromWire(cause, known));
  if (error.name !== name) define('name', name);
  define('stack', wire.stack);
  return error;
}

function failureOfClone(value: unknown, what: string): ThreadCloneError | null {
  try {
    structuredClone(value);
    return null;
  } catch (error) {
    return cloneError(what, value, error);
  }
}
