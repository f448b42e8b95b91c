/**
 * Whether two values are the same for a test.
 *
 * - Primitives by `===`, and `NaN` is `NaN`; functions, promises and weak collections by identity.
 * - Objects have the same prototype and the same own enumerable properties, symbols too. A property that is `undefined`
 *   is not the same as none. What a class keeps in `#private` fields cannot be seen.
 * - Errors by name and message alone; dates by time; maps and sets in any order, their keys deeply too.
 * - Cyclic values are the same when they unfold to the same.
 *
 * Linear in the size of the values, but for sets and keys of maps that are objects: quadratic.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  return new Comparison().same(a, b);
}

class Comparison {
  /** Pairs that are held to be the same, since a comparison of them has begun; taken back when it fails. */
  private readonly trail: [object, object][] = [];
  private readonly assumed = new Map<object, Set<object>>();

  same(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a !== a && b !== b;
    if (this.assumed.get(a)?.has(b) === true) return true;
    const mark = this.trail.length;
    this.assume(a, b);
    if (this.sameObjects(a, b)) return true;
    this.takeBack(mark);
    return false;
  }

  private sameObjects(a: object, b: object): boolean {
    if (a instanceof Error && b instanceof Error) return a.name === b.name && a.message === b.message;
    const kind = kindOf(a);
    if (kind !== kindOf(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    switch (kind) {
      case 'Date':
      case 'Number':
      case 'String':
      case 'Boolean':
      case 'BigInt':
      case 'Symbol':
        return this.same(a.valueOf(), b.valueOf()) && this.sameProperties(a, b);
      case 'RegExp':
        return sourceOf(a) === sourceOf(b) && this.sameProperties(a, b);
      case 'Map':
        return this.sameMaps(a as Map<unknown, unknown>, b as Map<unknown, unknown>);
      case 'Set':
        return this.sameSets(a as Set<unknown>, b as Set<unknown>);
      case 'ArrayBuffer':
      case 'SharedArrayBuffer':
        return this.sameProperties(new Uint8Array(a as ArrayBuffer), new Uint8Array(b as ArrayBuffer));
      case 'DataView':
        return this.sameBytes(a as DataView, b as DataView);
      case 'Promise':
      case 'WeakMap':
      case 'WeakSet':
      case 'WeakRef':
        return false;
      case 'Array':
        return (a as unknown[]).length === (b as unknown[]).length && this.sameProperties(a, b);
      default:
        return this.sameProperties(a, b);
    }
  }

  private sameProperties(a: object, b: object): boolean {
    const keys = keysOf(a);
    return (
      keys.length === keysOf(b).length &&
      keys.every((key) => isOwnEnumerable(b, key) && this.same(valueAt(a, key), valueAt(b, key)))
    );
  }

  private sameBytes(a: DataView, b: DataView): boolean {
    return this.sameProperties(bytesOf(a), bytesOf(b));
  }

  private sameMaps(a: Map<unknown, unknown>, b: Map<unknown, unknown>): boolean {
    return a.size === b.size && this.sameMembers([...a], [...b]);
  }

  private sameSets(a: Set<unknown>, b: Set<unknown>): boolean {
    if (a.size !== b.size) return false;
    // What both have needs no partner; the rest is objects as a rule.
    return this.sameMembers(
      [...a].filter((value) => !b.has(value)),
      [...b].filter((value) => !a.has(value)),
    );
  }

  /** Whether each of `a` finds a partner of its own in `b`, in whatever order. */
  private sameMembers(a: unknown[], b: unknown[]): boolean {
    const left = [...b];
    for (const value of a) {
      const partner = left.findIndex((other) => this.same(value, other));
      if (partner < 0) return false;
      left.splice(partner, 1);
    }
    return left.length === 0;
  }

  private assume(a: object, b: object): void {
    this.trail.push([a, b]);
    const partners = this.assumed.get(a);
    if (partners === undefined) this.assumed.set(a, new Set([b]));
    else partners.add(b);
  }

  private takeBack(mark: number): void {
    for (const [a, b] of this.trail.splice(mark)) this.assumed.get(a)!.delete(b);
  }
}

/** The built-in kind of an object, which subclasses and other realms share: `'Map'`, `'Date'`, `'Object'`, … */
export function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** The own enumerable properties, symbols too. */
export function keysOf(value: object): PropertyKey[] {
  return Reflect.ownKeys(value).filter((key) => isOwnEnumerable(value, key));
}

export function valueAt(value: object, key: PropertyKey): unknown {
  return (value as Record<PropertyKey, unknown>)[key];
}

/** A regular expression as it is written. */
export function sourceOf(pattern: object): string {
  return RegExp.prototype.toString.call(pattern);
}

function isOwnEnumerable(value: object, key: PropertyKey): boolean {
  return Object.prototype.propertyIsEnumerable.call(value, key);
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
