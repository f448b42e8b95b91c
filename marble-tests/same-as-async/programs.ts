import fc from 'fast-check';
import { asyncScheduler, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { marbles } from 'rxjs-task-runner/testing';
import sinon from 'sinon';

/** No program takes so many milliseconds. */
const LONGEST_PROGRAM = 1_000;

/** What one action does: it is posted with a delay, and each of its runs does the next of `runs`. */
export interface ActionPlan {
  readonly delay: number;
  /** Which of the runners it is posted to. */
  readonly lane: number;
  readonly runs: readonly (readonly Step[])[];
}

/** One thing that a run does. `target` counts the actions that there are, round and round. */
export type Step =
  | { readonly kind: 'post'; readonly plan: ActionPlan }
  | { readonly kind: 'again'; readonly delay: number }
  | { readonly kind: 'rearm'; readonly target: number; readonly delay: number }
  | { readonly kind: 'unsubscribe'; readonly target: number };

/** What happened: the frame, and the number of the action that ran. */
export type EventLog = readonly string[];

/**
 * Programs of actions that post others, arm themselves and each other again, and unsubscribe each other. They end: an
 * action does something in its first few runs only, and actions are posted by actions to a depth of two.
 */
export function programs(shortestDelay: number, kinds: readonly Step['kind'][]): fc.Arbitrary<readonly ActionPlan[]> {
  const delay = fc.integer({ min: shortestDelay, max: 4 });
  const target = fc.nat({ max: 7 });

  const again = fc.record({ kind: fc.constant('again' as const), delay });
  const rearm = fc.record({ kind: fc.constant('rearm' as const), target, delay });
  const unsubscribe = fc.record({ kind: fc.constant('unsubscribe' as const), target });

  const planTo = (depth: number): fc.Arbitrary<ActionPlan> => {
    const lane = fc.nat({ max: 2 });
    if (depth === 0) return fc.record({ delay, lane, runs: fc.constant([]) });
    const post = fc.record({ kind: fc.constant('post' as const), plan: planTo(depth - 1) });
    const steps: Record<Step['kind'], fc.Arbitrary<Step>> = { post, again, rearm, unsubscribe };
    const run = fc.array(fc.oneof(...kinds.map((kind) => steps[kind])), { maxLength: 3 });
    return fc.record({ delay, lane, runs: fc.array(run, { maxLength: 3 }) });
  };
  return fc.array(planTo(2), { minLength: 1, maxLength: 5 });
}

/** Runs what posts, and then lets virtual time pass until nothing is left. `now` tells that time. */
export type Drive = (post: (now: () => number) => void) => void;

/** In a `run()` of its own. */
export const inRun: Drive = (post) => {
  marbles(() => {
    post(() => asyncScheduler.now());
  });
};

/** Under fake timers of its own, which begin at 0. */
export const underFakeTimers: Drive = (post) => {
  driven(post, (clock) => clock.tick(10));
};

/** Under fake timers that jump at first, as if the machine slept: what they jump over fires late, in an order of theirs. */
export const underJumpingTimers: Drive = (post) => {
  driven(post, (clock) => {
    for (const by of [3, 0, 5, 2]) clock.jump(by);
  });
};

function driven(post: Parameters<Drive>[0], drive: (clock: sinon.SinonFakeTimers) => void): void {
  const clock = sinon.useFakeTimers();
  try {
    post(() => clock.now);
    drive(clock);
    clock.tick(LONGEST_PROGRAM);
  } finally {
    clock.restore();
  }
}

/**
 * What happens when a program runs. RxJS's test scheduler throws in some programs where an interval unsubscribes another
 * in a frame in which both are due; that is an event, too.
 */
export function eventsOf(
  program: readonly ActionPlan[],
  schedulers: readonly SchedulerLike[],
  drive: Drive = inRun,
): EventLog {
  const events: string[] = [];
  try {
    drive((now) => postAll(events, program, schedulers, now));
  } catch (error) {
    events.push(String(error));
  }
  return events;
}

/** Actions go to the runner of their lane, or to the first. */
function postAll(
  events: string[],
  program: readonly ActionPlan[],
  schedulers: readonly SchedulerLike[],
  now: () => number,
): void {
  const actions: SchedulerAction<unknown>[] = [];
  const post = ({ delay, lane, runs }: ActionPlan): void => {
    const number = actions.length;
    const scheduler = schedulers[lane % schedulers.length]!;
    let run = 0;
    const work = function (this: SchedulerAction<unknown>): void {
      events.push(`${now()}: ${number}`);
      for (const step of runs[run++] ?? []) take(step, this);
    };
    actions.push(scheduler.schedule(work, delay) as SchedulerAction<unknown>);
  };
  const take = (step: Step, action: SchedulerAction<unknown>): void => {
    if (step.kind === 'post') post(step.plan);
    else if (step.kind === 'again') action.schedule(undefined, step.delay);
    else if (step.kind === 'rearm') actions[step.target % actions.length]!.schedule(undefined, step.delay);
    else actions[step.target % actions.length]!.unsubscribe();
  };
  for (const plan of program) post(plan);
}
