/** The same work in the same pieces, each of which is run by `run`, which sees how long it takes. */
export function* timed<T>(run: <R>(piece: () => R) => R, pieces: Generator<void, T, void>): Generator<void, T, void> {
  for (;;) {
    const { done, value } = run(() => pieces.next());
    if (done === true) return value;
    yield;
  }
}
