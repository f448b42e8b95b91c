import { asapScheduler, asyncScheduler, queueScheduler, type SchedulerLike, type Subscription } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { RUNNER } from '../marks.js';
import type { Arming, Peer } from './peer.js';

export const pool = new ThreadPool({ name: 'bench' });
export const runner = pool.createSequencedTaskRunner({ name: 'bench' });
const urgentRunner = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
const patientRunner = pool.createSequencedTaskRunner({ priority: 'best-effort' });

export const ours: Peer = {
  ...ofScheduler(RUNNER, runner),
  urgency: {
    backlog: (work) => patientRunner.schedule(work),
    urgent: (work) => urgentRunner.schedule(work),
  },
};

/** A runner whose tasks run back to back, without the microtasks of one before the next. */
export const oursBackToBack: Peer = ofScheduler(
  'a runner, back to back',
  pool.createSequencedTaskRunner({ backToBack: true }),
);

/** The version before this one, where `node scripts/build-previous.mjs` has built it. It runs all tasks back to back. */
export const previous: Peer | null = await previousVersion();

/** The same runner, by the other way to post: with a handle, results and cancelling. */
export const oursPosting: Peer = { name: 'a runner, postTask', post: (work) => runner.postTask(work) };

// Its array of actions is searched and shifted: quadratic, as is that of queueScheduler.
export const asap: Peer = { ...ofScheduler('asapScheduler', asapScheduler), longest: 100_000 };
export const async: Peer = ofScheduler('asyncScheduler', asyncScheduler);
export const queue: Peer = {
  ...ofScheduler('queueScheduler', queueScheduler),
  // Outside of a task it runs what it is given at once; inside it queues.
  burst: (fill) => queueScheduler.schedule(fill),
  longest: 100_000,
};

async function previousVersion(): Promise<Peer | null> {
  try {
    // A specifier in a variable is not looked up by the compiler.
    const path = new URL('../previous/dist/cjs/index.js', import.meta.url).href;
    const { ThreadPool: PreviousPool } = (await import(path)) as { ThreadPool: typeof ThreadPool };
    const previousPool = new PreviousPool({ name: 'bench' });
    const urgent = previousPool.createSequencedTaskRunner({ priority: 'user-blocking' });
    const patient = previousPool.createSequencedTaskRunner({ priority: 'best-effort' });
    return {
      ...ofScheduler('0.1.0', previousPool.createSequencedTaskRunner()),
      urgency: { backlog: (work) => patient.schedule(work), urgent: (work) => urgent.schedule(work) },
    };
  } catch {
    return null;
  }
}

function ofScheduler(name: string, scheduler: SchedulerLike): Peer {
  return {
    name,
    scheduler,
    post: (work) => scheduler.schedule(work),
    repeat: (work) =>
      scheduler.schedule(function () {
        if (work()) this.schedule();
      }),
    delays: delaysOf(scheduler),
  };
}

function delaysOf(scheduler: SchedulerLike): Arming {
  return {
    arm: (work, delay) => scheduler.schedule(work, delay),
    cancel: (handle) => (handle as Subscription).unsubscribe(),
  };
}
