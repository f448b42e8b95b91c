/** Makes `using` (or `await using`) call `method` of a class, if the runtime has the symbol for it. */
export function disposeBy<T extends object>(prototype: T, kind: 'dispose' | 'asyncDispose', method: keyof T): void {
  const symbol = (Symbol as Partial<SymbolConstructor>)[kind];
  if (symbol !== undefined) Object.defineProperty(prototype, symbol, { value: prototype[method], configurable: true });
}
