import fc from 'fast-check';
import type { TaskPriority } from '../../src/index.js';
import { PRIORITIES } from './naive-model.js';

/** One step of a random program. Numbers that choose among tasks are taken modulo how many there are. */
export type Verb =
  | {
      readonly verb: 'schedule';
      readonly target: number;
      readonly own: Own;
      readonly delay: number;
      readonly body: Body;
    }
  | { readonly verb: 'post'; readonly target: number; readonly own: Own; readonly delay: number; readonly body: Body }
  | { readonly verb: 'cancel'; readonly task: number }
  | { readonly verb: 'rearm'; readonly task: number; readonly delay: number }
  /** Without a delay: with the same as before, like an interval. */
  | { readonly verb: 'rearm itself'; readonly delay: number | undefined }
  | { readonly verb: 'settle'; readonly task: number; readonly fails: boolean }
  | { readonly verb: 'set priority'; readonly target: number; readonly priority: TaskPriority }
  | { readonly verb: 'advance'; readonly by: number };

type Own = TaskPriority | undefined;

/** What a task does when it runs, and how it ends. Actions are synchronous, and end where they return. */
export interface Body {
  readonly verbs: readonly Verb[];
  readonly end: 'returns' | 'throws' | 'promise' | 'observable';
  /** Whether somebody awaits the handle. */
  readonly isAwaited: boolean;
}

const priority = fc.constantFrom(...PRIORITIES);
const own = fc.option(priority, { nil: undefined, freq: 2 });
const choice = fc.nat(40);
const delay = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.constantFrom(1, 2, 4) },
  { weight: 1, arbitrary: fc.constantFrom(50, Infinity) },
);

/** Bodies of tasks; those of the tasks that they post in their turn are empty in the end. */
function body(depth: number): fc.Arbitrary<Body> {
  return fc.record({
    verbs: depth === 0 ? fc.constant([]) : fc.array(insideVerb(depth - 1), { maxLength: 3 }),
    end: fc.constantFrom<Body['end'][]>('returns', 'returns', 'throws', 'promise', 'observable'),
    isAwaited: fc.boolean(),
  });
}

function insideVerb(depth: number): fc.Arbitrary<Verb> {
  return fc.oneof(
    ...everywhere(depth),
    fc.record({ verb: fc.constant('rearm itself' as const), delay: fc.option(delay, { nil: undefined, freq: 1 }) }),
  );
}

function everywhere(depth: number): fc.Arbitrary<Verb>[] {
  const posts = (['schedule', 'post'] as const).map((verb) =>
    fc.record({ verb: fc.constant(verb), target: choice, own, delay, body: body(depth) }),
  );
  return [
    ...posts,
    ...posts,
    fc.record({ verb: fc.constant('cancel' as const), task: choice }),
    fc.record({ verb: fc.constant('rearm' as const), task: choice, delay }),
    fc.record({ verb: fc.constant('settle' as const), task: choice, fails: fc.boolean() }),
    fc.record({ verb: fc.constant('set priority' as const), target: choice, priority }),
  ];
}

const advance: fc.Arbitrary<Verb> = fc.record({
  verb: fc.constant('advance' as const),
  by: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10 })),
});

/** Programs of everything there is. */
export const program: fc.Arbitrary<Verb[]> = fc.array(fc.oneof(...everywhere(2), advance, advance), {
  minLength: 1,
  maxLength: 40,
});

/** A task that takes its time, and does nothing else. */
const slowTask: fc.Arbitrary<Verb> = fc.record({
  verb: fc.constant('post' as const),
  target: choice,
  own: fc.constant(undefined),
  delay: fc.constant(0),
  body: fc.record({
    verbs: fc.constant([]),
    end: fc.constantFrom<Body['end'][]>('promise', 'observable'),
    isAwaited: fc.boolean(),
  }),
});
const [settle, setPriority] = everywhere(0).slice(-2);

/** Programs in which workers are scarce: many slow tasks, which end one by one while priorities change. */
export const slowProgram: fc.Arbitrary<Verb[]> = fc.array(
  fc.oneof(slowTask, slowTask, settle!, setPriority!, advance, fc.oneof(...everywhere(1))),
  { minLength: 1, maxLength: 40 },
);
