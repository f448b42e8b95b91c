import { arrayLoop, immediates, loopByHand, microtasks, plainObjects, timeouts } from './of-host.js';
import { effectScheduler, fastq, mostScheduler, polyfill, pQueue, react, reactIdle } from './of-npm.js';
import { asap, async, ours, oursBackToBack, oursPosting, previous, queue } from './of-rxjs.js';
import type { Peer } from './peer.js';

const present = (peer: Peer | null): peer is Peer => peer !== null;

/** The same library in other ways, or of another time. */
const own: readonly Peer[] = [oursBackToBack, previous].filter(present);

const fromNpm: readonly Peer[] = [react(), mostScheduler(), fastq(), pQueue(), effectScheduler(), polyfill()].filter(
  present,
);

/** What takes work with no delay. The runner is the first of each list. */
export const posting: readonly Peer[] = [
  ours,
  ...own,
  oursPosting,
  asap,
  async,
  queue,
  ...fromNpm,
  immediates,
  timeouts,
  microtasks,
  arrayLoop,
  plainObjects,
];

/** What takes work that arms itself again. */
export const repeating: readonly Peer[] = [ours, ...own, queue, asap, async, ...fromNpm, immediates, microtasks];

/** What is a scheduler of RxJS, and queues what `observeOn` gives it. */
export const observing: readonly Peer[] = [ours, ...own, asap, async];

/** What knows delays that can be cancelled. */
export const delaying: readonly (Peer & { delays: NonNullable<Peer['delays']> })[] = [
  ours,
  ...own,
  timeouts,
  async,
  ...fromNpm,
].filter((peer): peer is Peer & { delays: NonNullable<Peer['delays']> } => peer.delays !== undefined);

/** What gives its turn back to the host by a budget of time, and knows priorities. */
export const yielding: readonly Peer[] = [ours, previous, react(), reactIdle(), loopByHand].filter(present);

/** What may have a backlog while something urgent comes; those without priorities come last. */
export const prioritising: readonly Peer[] = [
  ...yielding,
  ...fromNpm.filter(({ name, urgency }) => urgency !== undefined && yielding.every((peer) => peer.name !== name)),
  async,
  asap,
  immediates,
];
