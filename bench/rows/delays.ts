import { atLeast, atMost, lessThan } from '../marks.js';
import { delaying } from '../peers/index.js';
import type { Arming } from '../peers/peer.js';
import { type Measure, percentile, type Row } from '../rounds.js';
import { inWords, type Scale, sized } from './sizes.js';

const LEFT_OUT = '@most/scheduler is left out: it inserts into a sorted array, and takes minutes.';
/** When the first of very many delays ends, in milliseconds: none may be late because the others were still being armed. */
const ARMING = 500;
const noop = (): void => undefined;

/** Row 5: delays that are cancelled, that fire, and that never get so far. */
export function delayRows(scale: Scale): Row[] {
  const contenders = (size: number, measure: (delays: Arming) => Measure): Row['contenders'] =>
    delaying
      .filter(({ delays: { longest = Infinity } }) => size <= longest)
      .map(({ name, delays }) => ({ name, measure: measure(delays) }));
  return [
    {
      title: `${inWords(1_000_000)} random delays, 90 % cancelled`,
      metrics: [
        { unit: 'ms', better: 'less' },
        { unit: 'of them to schedule', better: 'less' },
        { unit: 'timers of the host', better: 'less' },
      ],
      rounds: 3,
      warmUp: 1,
      allowance: 3_000,
      contenders: contenders(1_000_000, (delays) => cancelMost(sized(1_000_000, scale), delays)),
      notes: [LEFT_OUT],
      marks: [lessThan('setTimeout'), atMost(1, '', 'timers of the host', 2)],
    },
    {
      title: 'arm a delay and cancel it',
      metrics: [{ unit: 'M pairs/s', better: 'more' }],
      rounds: 7,
      contenders: [
        ...contenders(1, (delays) => debounce(sized(300_000, scale), delays)),
        { name: 'setTimeout, refresh()', measure: refresh(sized(300_000, scale)) },
      ],
      marks: [atLeast(1, 'setTimeout'), atLeast(1, 'asyncScheduler')],
      notes: ['As a debounce does. `refresh()` moves one timer of Node; it is no new task.'],
    },
    {
      title: `lateness of ${inWords(100_000)} delays over 2 s`,
      metrics: [
        { unit: 'p50 ms', better: 'less' },
        { unit: 'p99 ms', better: 'less' },
        { unit: '% early', better: 'less' },
      ],
      rounds: 3,
      warmUp: 0,
      allowance: 30_000,
      contenders: contenders(100_000, (delays) => lateness(sized(100_000, scale), 2_000 * scale, delays)),
      marks: [atMost(0.8, 'ms', 'p50'), atMost(1.6, 'ms', 'p99', 1), atMost(0, '%', 'early', 2)],
      notes: [
        'Of random whole milliseconds, by `performance.now()` before the delay was armed. Idle machine assumed.',
        LEFT_OUT,
      ],
    },
  ];
}

/** Arms `count` random delays and cancels nine of ten: milliseconds. */
function cancelMost(count: number, { arm, cancel }: Arming): Measure {
  return async () => {
    const handles = new Array<unknown>(count);
    const before = hostTimers();
    const start = performance.now();
    for (let i = 0; i < count; i++) handles[i] = arm(noop, 10_000 + Math.random() * 1e6);
    const scheduled = performance.now() - start;
    for (let i = 0; i < count; i++) if (i % 10 !== 0) cancel(handles[i]);
    const elapsed = performance.now() - start;
    const timers = hostTimers() - before;
    for (let i = 0; i < count; i += 10) cancel(handles[i]);
    return [elapsed, scheduled, timers];
  };
}

function hostTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

/** Arms a delay and cancels it, over and over: M pairs per second. */
function debounce(count: number, { arm, cancel }: Arming): Measure {
  return async () => {
    const start = performance.now();
    for (let i = 0; i < count; i++) cancel(arm(noop, 100));
    return [count / (performance.now() - start) / 1e3];
  };
}

function refresh(count: number): Measure {
  return async () => {
    const timer = setTimeout(noop, 100);
    const start = performance.now();
    for (let i = 0; i < count; i++) timer.refresh();
    const elapsed = performance.now() - start;
    clearTimeout(timer);
    return [count / elapsed / 1e3];
  };
}

/** How late `count` delays that end within `longest` milliseconds fire, and how many of them early. */
function lateness(count: number, longest: number, { arm }: Arming): Measure {
  return () =>
    new Promise((resolve) => {
      const late: number[] = [];
      for (let i = 0; i < count; i++) {
        const delay = Math.ceil(ARMING + Math.random() * longest);
        const due = performance.now() + delay;
        arm(() => {
          late.push(performance.now() - due);
          if (late.length < count) return;
          const early = late.filter((time) => time < 0).length;
          resolve([percentile(late, 0.5), percentile(late, 0.99), (early / count) * 100]);
        }, delay);
      }
    });
}
