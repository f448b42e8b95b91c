import { ThreadPool } from 'rxjs-task-runner';
import { atLeast, type Mark } from '../marks.js';
import {
  direct,
  DIRECT,
  GENERATED,
  newThreads,
  type OpenThreads,
  RAW,
  rawMessages,
  threadLibraries,
  type ThreadPeer,
  threadsByRunner,
  threadsDirect,
  threadsGenerating,
} from '../peers/threads.js';
import { type Measure, repeated, type Row } from '../rounds.js';
import { type Scale, sized } from './sizes.js';

const IN_FLIGHT = 1_000;
const AT_ONCE = 300;
const BUFFER_BYTES = 2 ** 20;

const everybody: readonly ThreadPeer[] = [threadsDirect, threadsByRunner, ...threadLibraries, rawMessages];
const firstOfLibraries: readonly Mark[] = ['piscina', 'tinypool', 'poolifier', 'workerpool'].map((name) =>
  atLeast(1, name, DIRECT),
);

/** Row 11: the way to a thread and back. */
export function threadRows(scale: Scale): Row[] {
  return [roundTrips(scale), inFlight(scale), moves(scale), addedByRunner(scale), processors(scale), streams(scale)];
}

function roundTrips(scale: Scale): Row {
  const count = sized(500, scale);
  const work = perSecond(count, async (threads) => {
    for (let i = 0; i < count; i++) await threads.run('echo', i);
  });
  return {
    ...rowOf('threads: there and back, one at a time', everybody, work),
    marks: [atLeast(0.9, RAW, DIRECT), ...firstOfLibraries],
  };
}

function inFlight(scale: Scale): Row {
  const count = sized(IN_FLIGHT, scale);
  return {
    ...rowOf(
      'threads: 1,000 in flight on one thread',
      everybody,
      perSecond(count, (threads) => Promise.all(Array.from({ length: count }, (_, i) => threads.run('echo', i)))),
    ),
    marks: [atLeast(0.65, RAW, DIRECT), ...firstOfLibraries],
    notes: ['workerpool has one task on a thread at a time, and keeps the others in its queue.'],
  };
}

function moves(scale: Scale): Row {
  const count = sized(100, scale);
  const work = perSecond(count, async (threads) => {
    let buffer = new ArrayBuffer(BUFFER_BYTES);
    for (let i = 0; i < count; i++) buffer = (await threads.move(buffer)) as ArrayBuffer;
    if (buffer.byteLength !== BUFFER_BYTES) throw new Error('The buffer has not come back.');
  });
  return {
    ...rowOf('threads: 1 MiB there and back, moved', everybody, work),
    marks: [atLeast(1, 'piscina', DIRECT)],
    notes: ['poolifier has no way to move a result: the way back is a copy.'],
  };
}

function streams(scale: Scale): Row {
  const count = sized(100_000, scale);
  const peers = [
    threadsDirect,
    threadsGenerating,
    ...threadLibraries.filter(({ hasStreams }) => hasStreams),
    rawMessages,
  ];
  const work = perSecond(count, async (threads) => {
    let taken = 0;
    await threads.stream!(count, () => taken++);
    if (taken !== count) throw new Error(`${taken} of ${count} values have come.`);
  });
  return {
    ...rowOf('threads: 100,000 small values from a thread', peers, work),
    rounds: 11,
    warmUp: 3,
    marks: [atLeast(0.5, RAW, DIRECT), atLeast(0.5, RAW, GENERATED)],
    notes: [
      'The others have no streams; workerpool has events, which are sent as they come. Of a generator 16 values at most are on their way.',
    ],
  };
}

type Run = (i: number) => PromiseLike<unknown>;

/** What a runner adds: the same tasks on the same thread, posted and not, by turns. */
function addedByRunner(scale: Scale): Row {
  const count = sized(AT_ONCE, scale);
  const threads = newThreads(1, AT_ONCE);
  const { echo } = threads.tasks;
  const pool = new ThreadPool({ workers: AT_ONCE });
  const task: Run = (i) => direct(echo(i));
  const posted: Run = (i) => pool.postTask(echo(i));
  const oneAtATime = async (run: Run): Promise<void> => {
    for (let i = 0; i < count; i++) await run(i);
  };
  const atOnce = (run: Run): Promise<unknown> => Promise.all(Array.from({ length: count }, (_, i) => run(i)));
  /** By turns within a round, so that what comes first after a collection is one of many. */
  const added = (way: (run: Run) => Promise<unknown>): Measure =>
    repeated(20, async () => {
      const byRunner = await microseconds(count, () => way(posted));
      return byRunner - (await microseconds(count, () => way(task)));
    });
  return {
    title: 'threads: what a runner adds to a task',
    metrics: [{ unit: 'µs', better: 'less' }],
    rounds: 21,
    warmUp: 5,
    allowance: 8_000,
    contenders: [
      { name: 'one at a time', measure: added(oneAtATime) },
      { name: '300 at once', measure: added(atOnce) },
    ],
    notes: ['The time of a posted task less that of one which is subscribed to, on the same thread.'],
    close: () => threads.stop(),
  };
}

async function microseconds(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return ((performance.now() - start) / count) * 1e3;
}

function processors(scale: Scale): Row {
  const count = sized(40, scale);
  const steps = sized(1_000_000, scale);
  const ONE = 'one thread';
  const TWO = 'two threads';
  const peers = [
    { name: TWO, open: () => threadsByRunner.open(2, 1) },
    { name: ONE, open: () => threadsByRunner.open(1, 1) },
    ...threadLibraries.map(({ name, open }) => ({ name: `two threads of ${name}`, open: () => open(2, 1) })),
  ];
  const work = perSecond(count, (threads) =>
    Promise.all(Array.from({ length: count }, () => threads.run('spin', steps))),
  );
  return {
    ...rowOf('threads: work for the processor', peers, work),
    metrics: [{ unit: 'k tasks/s', better: 'more' }],
    marks: [atLeast(1.9, ONE, TWO)],
    rounds: 11,
    warmUp: 1,
    notes: ['Tasks of some 2 ms; ours are posted to a runner.'],
  };
}

type Work = (threads: OpenThreads) => Promise<number>;

function perSecond(count: number, work: (threads: OpenThreads) => Promise<unknown>): Work {
  return async (threads) => {
    const start = performance.now();
    await work(threads);
    return count / (performance.now() - start);
  };
}

/**
 * A row of threads, which start when it does and end when it has ended: one of each contender, with room for all. Rounds are
 * short and many, since two threads feel whatever else the machine does more than one does.
 */
function rowOf(title: string, peers: readonly ThreadPeer[], work: Work): Row {
  const opened: OpenThreads[] = [];
  return {
    title,
    metrics: [{ unit: 'k/s', better: 'more' }],
    rounds: 21,
    warmUp: 5,
    allowance: 8_000,
    contenders: peers.map(({ name, open }) => {
      let threads: OpenThreads | null = null;
      const measure = async (): Promise<readonly number[]> => {
        if (threads === null) {
          threads = open(1, IN_FLIGHT);
          opened.push(threads);
          await threads.run('echo', 0);
        }
        const ready = threads;
        return repeated(20, () => work(ready))();
      };
      return { name, measure };
    }),
    close: () => Promise.all(opened.map((threads) => threads.close())),
  };
}
