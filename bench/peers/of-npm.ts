import {
  effect,
  type FastqWorker,
  most,
  type MostTask,
  newFastq,
  PQueue,
  reactScheduler,
  type ReactCallback,
  webScheduler,
} from './installed.js';
import type { Peer, Urgency, Work } from './peer.js';

/** React's, for Node: it wakes up by `setImmediate`, and yields every 5 ms. */
export function react(): Peer | null {
  if (reactScheduler === null) return null;
  const scheduler = reactScheduler;
  const normal = scheduler.unstable_NormalPriority;
  const immediate = scheduler.unstable_ImmediatePriority;
  const once =
    (work: Work): ReactCallback =>
    () => {
      work();
      return null;
    };
  const post = (priority: number) => (work: Work) => scheduler.unstable_scheduleCallback(priority, once(work));
  return {
    name: 'scheduler (React)',
    post: post(normal),
    repeat(work) {
      const again: ReactCallback = () => (work() ? again : null);
      scheduler.unstable_scheduleCallback(normal, again);
    },
    delays: {
      arm: (work, delay) => scheduler.unstable_scheduleCallback(normal, once(work), { delay }),
      cancel: (task) => scheduler.unstable_cancelCallback(task as object),
    },
    urgency: { backlogName: 'normal priority', backlog: post(normal), urgent: post(immediate) },
  };
}

/** The same with a backlog of the lowest priority, which never expires. */
export function reactIdle(): Peer | null {
  const peer = react();
  if (reactScheduler === null || peer?.urgency === undefined) return null;
  const { unstable_IdlePriority, unstable_scheduleCallback } = reactScheduler;
  const backlog = (work: Work): object =>
    unstable_scheduleCallback(unstable_IdlePriority, () => {
      work();
      return null;
    });
  return { ...peer, urgency: { ...peer.urgency, backlogName: 'idle priority', backlog } };
}

class MostWork implements MostTask {
  constructor(readonly run: Work) {}
  error(_time: number, error: Error): void {
    throw error;
  }
  dispose(): void {}
}

export function mostScheduler(): Peer | null {
  if (most === null) return null;
  const { asap, delay: after, cancelTask, newDefaultScheduler } = most;
  const scheduler = newDefaultScheduler();
  return {
    name: '@most/scheduler',
    post: (work) => asap(new MostWork(work), scheduler),
    delays: {
      arm: (work, delay) => after(delay, new MostWork(work), scheduler),
      cancel: (task) => cancelTask(task as object),
      // They are in a sorted array, in whose middle it inserts.
      longest: 10_000,
    },
  };
}

/**
 * A queue, not a scheduler: idle, it works in the caller's stack, so it is paused while a burst is posted. A worker that
 * calls back at once would nest one call in another until the stack is full; a microtask is the shortest way not to.
 */
export function fastq(): Peer | null {
  if (newFastq === null) return null;
  const create = newFastq;
  const worker: FastqWorker = (work, done) => {
    work();
    queueMicrotask(done);
  };
  let queue = create(worker, 1);
  const done = (): void => undefined;
  const push = (work: Work): void => queue.push(work, done);
  return {
    name: 'fastq',
    post: push,
    burst(fill) {
      // A queue keeps an entry for each task that it has ever held at once, which others would see in their figures.
      queue = create(worker, 1);
      queue.pause();
      fill();
      queue.resume();
    },
    urgency: { backlog: push, urgent: (work) => queue.unshift(work, done) },
  };
}

export function pQueue(): Peer | null {
  if (PQueue === null) return null;
  const queue = new PQueue({ concurrency: 1 });
  const urgency: Urgency = {
    backlog: (work) => queue.add(work, { priority: 0 }),
    urgent: (work) => queue.add(work, { priority: 1 }),
  };
  return { name: 'p-queue', post: (work) => queue.add(work), urgency, longest: 100_000 };
}

/** The dispatcher of fibers: buckets by priority, all run in one macrotask. */
export function effectScheduler(): Peer | null {
  if (effect === null) return null;
  const dispatcher = new effect.MixedScheduler().makeDispatcher();
  // Lower numbers run first.
  const urgency: Urgency = {
    backlog: (work) => dispatcher.scheduleTask(work, 1),
    urgent: (work) => dispatcher.scheduleTask(work, 0),
  };
  return { name: 'effect', post: (work) => dispatcher.scheduleTask(work, 0), urgency };
}

export function polyfill(): Peer | null {
  if (webScheduler === null) return null;
  const scheduler = webScheduler;
  const urgency: Urgency = {
    backlog: (work) => scheduler.postTask(work, { priority: 'background' }),
    urgent: (work) => scheduler.postTask(work, { priority: 'user-blocking' }),
  };
  return { name: 'scheduler-polyfill', post: (work) => scheduler.postTask(work), urgency, longest: 100_000 };
}
