import { atMost, type Mark, RUNNER } from '../marks.js';
import { prioritising, repeating, yielding } from '../peers/index.js';
import { burst, type Peer, repeat } from '../peers/peer.js';
import { type Measure, type Metric, percentile, type Row } from '../rounds.js';
import { Echo, probe, untilImmediate, untilTimeout } from './probes.js';
import { inWords, type Scale, sized } from './sizes.js';

/** How long a task of the backlog takes, in milliseconds. */
const WORK = 0.02;
/** How many tasks of the backlog there are for each one that has something urgent to post. */
const PER_URGENT = 50;
const TURN_BUDGET = 5;

const metrics: readonly Metric[] = [
  'urgent p50 ms',
  'urgent p99 ms',
  'by a timer p99 ms',
  'setTimeout(0) p99 ms',
  'setImmediate p99 ms',
  'TCP echo p99 ms',
  'drain / work',
].map((unit) => ({ unit, better: 'less' }));

const marks: readonly Mark[] = [
  atMost(0.2, 'ms', 'urgent p99', 1),
  atMost(0.2, 'ms', 'by a timer p99', 2),
  atMost(2 * TURN_BUDGET, 'ms', 'setTimeout(0) p99', 3),
  atMost(2 * TURN_BUDGET, 'ms', 'setImmediate p99', 4),
  atMost(2 * TURN_BUDGET, 'ms', 'TCP echo p99', 5),
  atMost(1.1, '', 'drain / work', 6),
];

/** Row 6: what is urgent while there is a backlog, and what the host gets. */
export function urgencyRows(scale: Scale): Row[] {
  return [
    backlogRow(50_000, scale, prioritising, 3, ['Those without priorities come last.']),
    backlogRow(200_000, scale, yielding, 3, []),
    // Older than the age limit of best-effort (10 s) and the expiry of React's normal work (5 s).
    backlogRow(600_000, scale, yielding.slice(0, 2), 1, [
      'The backlog grows 12 s old: beyond 10 s the runner gives it one task every 10 s.',
    ]),
    {
      title: 'urgent work that posts itself again, for 300 ms',
      metrics: [{ unit: 'setTimeout(0) worst ms', better: 'less' }],
      rounds: 3,
      warmUp: 0,
      contenders: repeating.map((peer) => ({ name: peer.name, measure: selfPosting(300 * scale, peer) })),
      marks: [atMost(2 * TURN_BUDGET, 'ms', 'setTimeout(0)')],
      notes: ['At the highest priority there is. What takes 300 ms starves the host.'],
    },
  ];
}

function backlogRow(size: number, scale: Scale, peers: readonly Peer[], rounds: number, notes: readonly string[]): Row {
  return {
    title: `urgent work during a backlog of ${inWords(size)} tasks of 20 µs`,
    metrics,
    rounds,
    warmUp: 0,
    allowance: 60_000,
    contenders: peers.map((peer) => ({ name: nameOf(peer), measure: backlogOf(sized(size, scale), peer) })),
    marks,
    notes: [
      'Urgent work is posted at random moments, by tasks of the backlog, and, counted apart, by timers of the host.',
      'What a timer posts waits until the host has gone through its other callbacks, whoever runs it: see the loop by hand.',
      ...notes,
    ],
  };
}

function nameOf({ name, urgency }: Peer): string {
  if (urgency === undefined) return `${name}, no priorities`;
  return urgency.backlogName === undefined ? name : `${name}, ${urgency.backlogName}`;
}

function backlogOf(count: number, peer: Peer): Measure {
  return async () => {
    const { backlog, urgent } = peer.urgency ?? { backlog: peer.post, urgent: peer.post };
    const byTasks: number[] = [];
    const byTimers: number[] = [];
    let pending = 0;
    const postUrgent = (latencies: number[]): void => {
      const posted = performance.now();
      pending++;
      urgent(() => {
        latencies.push(performance.now() - posted);
        pending--;
      });
    };
    const echo = await Echo.open();
    const posters = { inTask: () => postUrgent(byTasks), inTimer: () => postUrgent(byTimers) };
    const { drained, worked, probes } = await drain(count, peer, backlog, posters, echo);
    await Promise.all(probes.map((each) => each.stop()));
    while (pending > 0) await untilImmediate();
    await echo.close();
    return [
      percentile(byTasks, 0.5),
      percentile(byTasks, 0.99),
      percentile(byTimers, 0.99),
      ...probes.map(({ latencies }) => percentile(latencies, 0.99)),
      drained / worked,
    ];
  };
}

interface Drained {
  readonly drained: number;
  readonly worked: number;
  readonly probes: readonly ReturnType<typeof probe>[];
}

function drain(
  count: number,
  peer: Peer,
  backlog: (work: () => void) => unknown,
  postUrgent: { inTask: () => void; inTimer: () => void },
  echo: Echo,
): Promise<Drained> {
  return new Promise((resolve) => {
    let probes: Drained['probes'] = [];
    let start = 0;
    let worked = 0;
    let left = count;
    const work = (): void => {
      const begun = performance.now();
      if (Math.random() < 1 / PER_URGENT) {
        busy(Math.random() * WORK);
        postUrgent.inTask();
      }
      let now;
      do now = performance.now();
      while (now - begun < WORK);
      worked += now - begun;
      if (--left === 0) resolve({ drained: now - start, worked, probes });
    };
    burst(peer, () => {
      for (let i = 0; i < count; i++) backlog(work);
      start = performance.now();
      const untilUrgentTimeout = async (): Promise<void> => {
        await untilTimeout();
        postUrgent.inTimer();
      };
      probes = [probe(untilUrgentTimeout), probe(untilImmediate), probe(echo.say)];
    });
  });
}

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Posts itself again and again: the longest that the host kept a timer waiting. */
function selfPosting(milliseconds: number, peer: Peer): Measure {
  return async () => {
    const timer = probe(untilTimeout);
    await new Promise<void>((resolve) => {
      const start = performance.now();
      repeat(asUrgent(peer), () => {
        if (performance.now() - start < milliseconds) return true;
        resolve();
        return false;
      });
    });
    await timer.stop();
    return [Math.max(...timer.latencies)];
  };
}

function asUrgent(peer: Peer): Peer {
  // An action is posted again by arming it, at the priority of its runner: that is what `repeat` of a scheduler does.
  return peer.urgency === undefined || peer.name === RUNNER ? peer : { name: peer.name, post: peer.urgency.urgent };
}
