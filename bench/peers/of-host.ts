import type { Peer, Work } from './peer.js';

export const immediates: Peer = { name: 'setImmediate', post: (work) => setImmediate(work) };

export const timeouts: Peer = {
  name: 'setTimeout',
  post: (work) => setTimeout(work, 0),
  delays: {
    arm: (work, delay) => setTimeout(work, delay),
    cancel: (handle) => clearTimeout(handle as NodeJS.Timeout),
  },
};

export const microtasks: Peer = { name: 'queueMicrotask', post: (work) => queueMicrotask(work) };

/** The physical limit: work in an array, in a loop, in one macrotask. It can do nothing else. */
export const arrayLoop: Peer = { name: 'a plain array and a loop', post: arrayPost() };

/** The limit for whoever makes an object per task, as large as an action of a runner, and links it to the next. */
export const plainObjects: Peer = { name: 'plain objects, as large as an action, and a loop', post: objectPost() };

const YIELD_AFTER_MS = 5;

/** What one would write by hand: urgent work before the rest, a clock looked at after each, and a turn of 5 ms. */
export const loopByHand: Peer = { name: 'two arrays and a loop, by hand', ...urgencyByHand() };

function urgencyByHand(): Pick<Peer, 'post' | 'urgency'> {
  const urgent = { works: [] as Work[], next: 0 };
  const backlog = { works: [] as Work[], next: 0 };
  let isAwake = false;
  const run = (): void => {
    const end = performance.now() + YIELD_AFTER_MS;
    isAwake = false;
    for (;;) {
      const queue = urgent.next < urgent.works.length ? urgent : backlog;
      const work = queue.works[queue.next++];
      if (work === undefined) break;
      work();
      if (performance.now() >= end) return wake();
    }
    urgent.works = [];
    backlog.works = [];
    urgent.next = backlog.next = 0;
  };
  const wake = (): void => {
    if (!isAwake) setImmediate(run);
    isAwake = true;
  };
  const postTo = (queue: { works: Work[] }) => (work: Work) => {
    queue.works.push(work);
    wake();
  };
  return { post: postTo(backlog), urgency: { backlog: postTo(backlog), urgent: postTo(urgent) } };
}

function arrayPost(): (work: Work) => void {
  let works: Work[] = [];
  const run = (): void => {
    const ready = works;
    works = [];
    for (const work of ready) work();
  };
  return (work) => {
    if (works.push(work) === 1) setImmediate(run);
  };
}

/** 136 bytes: 24 of every object, and 14 fields. */
class PlainTask {
  next: PlainTask | null = null;
  a = null;
  b = null;
  c = null;
  d = null;
  e = null;
  f = null;
  g = null;
  h = null;
  i = null;
  j = null;
  k = 0;
  l = false;

  constructor(readonly work: Work) {}
}

function objectPost(): (work: Work) => void {
  let head: PlainTask | null = null;
  let tail: PlainTask | null = null;
  const run = (): void => {
    let task = head;
    head = tail = null;
    while (task !== null) {
      const { next, work } = task;
      // As every queue does, or one old task keeps all younger ones.
      task.next = null;
      work();
      task = next;
    }
  };
  return (work) => {
    const task = new PlainTask(work);
    if (tail === null) {
      head = tail = task;
      setImmediate(run);
    } else {
      tail = tail.next = task;
    }
  };
}
