/** Returns a built-in module of Node, or of a compatible runtime, or undefined. Never loads code of the program. */
export function builtinModule(name: string): unknown {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return process?.getBuiltinModule?.(name);
}
