import fc from 'fast-check';
import type { TaskPriority } from '../../src/index.js';
import { PRIORITIES } from './naive-model.js';

/** What a task does for so many milliseconds. */
export type Phase = readonly [kind: 'works' | 'sleeps' | 'yields', ms: number];

/** Numbers that choose among runners, tasks or holds are taken modulo how many there are. */
export type TurnsVerb =
  | { readonly verb: 'post'; readonly on: number; readonly delay: number; readonly own: Own; readonly phases: Phase[] }
  | { readonly verb: 'hold' | 'set priority' | 'set runner priority'; readonly on: number; readonly to: TaskPriority }
  | { readonly verb: 'cancel' | 'release'; readonly on: number }
  | { readonly verb: 'resize' | 'pass'; readonly on: number; readonly by: number };
type Own = TaskPriority | undefined;

const on = fc.nat(60);
const to = fc.constantFrom(...PRIORITIES);
const by = fc.constantFrom(1, 2, 3);
const phase = fc.tuple(fc.constantFrom<Phase[0]>('works', 'works', 'sleeps', 'yields'), fc.constantFrom(0, 1, 2, 5));
const post = fc.record({
  verb: fc.constant('post' as const),
  on,
  delay: fc.constantFrom(0, 0, 0, 1, 3),
  own: fc.option(to, { nil: undefined, freq: 2 }),
  phases: fc.array(phase, { maxLength: 3 }),
});
const change = fc.constantFrom('hold' as const, 'set priority' as const, 'set runner priority' as const);
const verb: fc.Arbitrary<TurnsVerb> = fc.oneof(
  { weight: 4, arbitrary: post },
  { weight: 1, arbitrary: fc.record({ verb: change, on, to }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constantFrom('cancel' as const, 'release', 'release'), on }) },
  { weight: 3, arbitrary: fc.record({ verb: fc.constantFrom('pass' as const, 'pass', 'pass', 'resize'), on, by }) },
);

/** Of the length that it may have: a short one has too few tasks for them to wait for each other. */
export const turnsProgram: fc.Arbitrary<TurnsVerb[]> = fc.array(verb, { maxLength: 60, size: 'max' });
