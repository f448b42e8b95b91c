/** A promise with its resolvers: `Promise.withResolvers` for runtimes that lack it. */
export class Deferred<T = unknown> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}
