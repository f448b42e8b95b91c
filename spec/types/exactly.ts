/** Whether two types are the same, and not only assignable to each other. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it is what tells identical types from assignable ones
export type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/**
 * Compiles only if `value` is of the type `T`, no narrower, no wider, and not `any`: `exactly<number>()(1 + 1)`. Otherwise the
 * compiler demands a second argument, whose type is the expected one. What is a function itself is made on a line of its own:
 * as an argument it would be inferred for the place where it stands.
 */
export declare function exactly<T>(): <V>(value: V, ...wrong: Equal<V, T> extends true ? [] : [expected: T]) => void;
