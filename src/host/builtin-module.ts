/** A module of Node, or of a runtime that has its modules; undefined where there is none. Never loads code of the program. */
export function builtinModule(name: string): unknown {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return process?.getBuiltinModule?.(name);
}
