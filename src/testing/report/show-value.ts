import { deepEqual, keysOf, kindOf, sourceOf, valueAt } from './deep-equal.js';

const LONGEST = 160;
const DEEPEST = 5;

/** `value` as it stands in a report: on one line, as one would write it, and cut where it becomes long. Never throws. */
export function showValue(value: unknown): string {
  const text = showWhole(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/**
 * Two values that differ. Where they look the same in a report, since they are long or differ in what is not shown, it
 * says where the difference is.
 */
export function showBoth(expected: unknown, actual: unknown): { expected: string; actual: string; where: string } {
  const shown = { expected: showValue(expected), actual: showValue(actual) };
  if (shown.expected !== shown.actual) return { ...shown, where: '' };
  const { path, left, right } = descend(expected, actual, []);
  if (path.length === 0) return { ...shown, where: 'they are not of one class, or differ in what is not shown' };
  const place = path.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
  return { ...shown, where: `they differ at ${place}: expected ${showValue(left)}, got ${showValue(right)}` };
}

function showWhole(value: unknown): string {
  try {
    return describe(value, []);
  } catch {
    return `${typeof value} that throws when it is looked at`;
  }
}

function describe(value: unknown, outer: readonly object[]): string {
  if (typeof value === 'string') return `'${value.replace(/\n/g, '\\n')}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return value.message === '' ? value.name : `${value.name}: ${value.message}`;
  if (outer.includes(value)) return '[circular]';
  if (outer.length === DEEPEST) return '…';
  return describeObject(value, [...outer, value]);
}

function describeObject(value: object, outer: readonly object[]): string {
  const show = (inner: unknown): string => describe(inner, outer);
  const name = classOf(value);
  switch (kindOf(value)) {
    case 'Array':
      return `[${(value as unknown[]).map(show).join(', ')}]`;
    case 'Date':
      return Number.isNaN(value.valueOf()) ? 'Invalid Date' : (value as { toISOString(): string }).toISOString();
    case 'RegExp':
      return sourceOf(value);
    case 'Map':
      return list(
        name,
        [...(value as Map<unknown, unknown>)].map(([key, item]) => `${show(key)} => ${show(item)}`),
      );
    case 'Set':
      return list(name, [...(value as Set<unknown>)].map(show));
    case 'Number':
    case 'String':
    case 'Boolean':
      return `${name}(${show(value.valueOf())})`;
    default:
      return list(
        name === 'Object' ? '' : name,
        keysOf(value).map((key) => `${String(key)}: ${show(valueAt(value, key))}`),
      );
  }
}

function list(name: string, items: readonly string[]): string {
  const prefix = name === '' ? '' : `${name} `;
  return items.length === 0 ? `${prefix}{}` : `${prefix}{ ${items.join(', ')} }`;
}

function classOf(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
  const name = prototype?.constructor?.name;
  return typeof name === 'string' ? name : '';
}

/** Goes down to the first property in which two values differ, while both have the same properties. */
function descend(left: unknown, right: unknown, path: string[]): { path: string[]; left: unknown; right: unknown } {
  const here = { path, left, right };
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return here;
  if (left instanceof Error || path.length > 20) return here;
  const key = [...new Set([...keysOf(left), ...keysOf(right)])].find(
    (candidate) => !deepEqual(valueAt(left, candidate), valueAt(right, candidate)),
  );
  return key === undefined ? here : descend(valueAt(left, key), valueAt(right, key), [...path, String(key)]);
}
