/** Makes Node's `console.log` print the objects of a class by their `toString` instead of all their fields. */
export function printAsText(prototype: { toString(): string }): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: { toString(): string }): string {
      return this.toString();
    },
  });
}
