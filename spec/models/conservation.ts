import fc from 'fast-check';
import type { TaskPriority } from '../../src/index.js';
import { PRIORITIES } from './naive-model.js';

/** How a task ends, and so what must be done to end it. */
export type Ending = 'returns' | 'throws' | 'promise' | 'observable' | 'steps' | 'yields';

/** What a task does when it runs. */
export interface Work {
  readonly ending: Ending;
  readonly verbs: readonly ConservationVerb[];
}

/** What a task is posted with. */
export interface PostChoices {
  readonly target: number;
  readonly priority: TaskPriority | undefined;
  readonly isAwaited: boolean;
  readonly queueTimeout: number | undefined;
  readonly runTimeout: number | undefined;
  readonly work: Work;
}

/** One step of a random program. Numbers that choose among tasks or runners are taken modulo how many there are. */
export type ConservationVerb =
  | ({ readonly verb: 'post' | 'from task'; readonly delay: number } & PostChoices)
  | ({ readonly verb: 'reply'; readonly delay: number; readonly to: number; readonly reply: Work } & PostChoices)
  | ({
      readonly verb: 'repeat';
      readonly interval: number;
      readonly mode: 'fixed-delay' | 'fixed-rate';
      readonly ifLate: 'skip' | 'run-once';
    } & PostChoices)
  | { readonly verb: 'cancel'; readonly task: number; readonly bySignal: boolean }
  | { readonly verb: 'end'; readonly task: number; readonly fails: boolean }
  | { readonly verb: 'set priority'; readonly task: number; readonly priority: TaskPriority }
  | { readonly verb: 'flush' | 'shut down' | 'stop'; readonly target: number }
  | { readonly verb: 'pass'; readonly by: number };

const choice = fc.nat(60);
const delay = fc.constantFrom(0, 0, 0, 2, 7, Infinity);
const timeout = fc.option(fc.constantFrom(0, 3, 9), { nil: undefined, freq: 1 });
const priority = fc.constantFrom(...PRIORITIES);
const endings: Ending[] = ['returns', 'throws', 'promise', 'observable', 'steps', 'yields'];

function work(depth: number): fc.Arbitrary<Work> {
  const verbs = depth === 0 ? fc.constant([]) : fc.array(fc.oneof(...posts(depth - 1), ...changes), { maxLength: 2 });
  return fc.record({ ending: fc.constantFrom(...endings), verbs });
}

function choices(depth: number) {
  return {
    target: choice,
    priority: fc.option(priority, { nil: undefined }),
    isAwaited: fc.boolean(),
    queueTimeout: timeout,
    runTimeout: timeout,
    work: work(depth),
  };
}

function posts(depth: number): fc.Arbitrary<ConservationVerb>[] {
  const post = fc.record({ verb: fc.constantFrom('post' as const, 'from task'), delay, ...choices(depth) });
  return [
    post,
    post,
    fc.record({ verb: fc.constant('reply' as const), delay, to: choice, reply: work(0), ...choices(depth) }),
    fc.record({
      verb: fc.constant('repeat' as const),
      interval: fc.constantFrom(1, 4, 10),
      mode: fc.constantFrom('fixed-delay' as const, 'fixed-rate'),
      ifLate: fc.constantFrom('skip' as const, 'run-once'),
      ...choices(depth),
    }),
  ];
}

const cancel = fc.record({ verb: fc.constant('cancel' as const), task: choice, bySignal: fc.boolean() });
const end = fc.record({ verb: fc.constant('end' as const), task: choice, fails: fc.boolean() });
const change = fc.record({ verb: fc.constant('set priority' as const), task: choice, priority });
const changes: fc.Arbitrary<ConservationVerb>[] = [cancel, end, change];
const flush = fc.record({ verb: fc.constant('flush' as const), target: choice });
const shutdown = fc.record({ verb: fc.constantFrom('shut down' as const, 'stop'), target: choice });
const pass = fc.record({ verb: fc.constant('pass' as const), by: fc.constantFrom(0, 1, 5, 20) });

/** Programs of all verbs that there are for tasks. */
export const conservationProgram: fc.Arbitrary<ConservationVerb[]> = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.oneof(...posts(1)) },
    { weight: 6, arbitrary: fc.oneof(...changes, end) },
    { weight: 1, arbitrary: flush },
    { weight: 1, arbitrary: shutdown },
    { weight: 6, arbitrary: pass },
  ),
  { minLength: 1, maxLength: 40 },
);
