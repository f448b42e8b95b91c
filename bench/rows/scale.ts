import { keyed } from 'rxjs-task-runner';
import type { SchedulerLike } from 'rxjs';
import { within } from '../marks.js';
import { pool, runner } from '../peers/of-rxjs.js';
import type { Measure, Row } from '../rounds.js';
import { type Scale, sized } from './sizes.js';

const ONE = 'one runner';

/** Row 9: the same number of tasks, on one runner and on very many. */
export function scaleRow(scale: Scale): Row {
  const count = sized(1_000_000, scale);
  const turns = (runners: readonly SchedulerLike[]): Measure => spread(count, (i) => runners[i % runners.length]!);
  const keys = sized(100_000, scale);
  const byKey = keyed<number>(pool);
  const contenders = [
    { name: ONE, measure: turns([runner]) },
    { name: '10,000 runners', measure: turns(makeRunners(sized(10_000, scale))) },
    { name: '100,000 runners', measure: turns(makeRunners(keys)) },
    { name: '100,000 keys of a keyed runner', measure: spread(count, (i) => byKey.runner(i % keys)) },
  ];
  return {
    title: '1,000,000 tasks, on one runner and on many',
    metrics: [{ unit: 'ns per task', better: 'less' }],
    rounds: 3,
    warmUp: 1,
    allowance: 8_000,
    contenders,
    marks: contenders.slice(1).map(({ name }) => within(2, name, ONE)),
    notes: ['Posted to the runners by turns.'],
  };
}

function makeRunners(count: number): SchedulerLike[] {
  return Array.from({ length: count }, () => pool.createSequencedTaskRunner());
}

/** Posts `count` tasks, each to the runner for it, and waits until all have run: nanoseconds per task. */
function spread(count: number, runnerFor: (i: number) => SchedulerLike): Measure {
  return () =>
    new Promise((resolve) => {
      let left = count;
      const start = performance.now();
      const work = (): void => {
        if (--left === 0) resolve([((performance.now() - start) / count) * 1e6]);
      };
      for (let i = 0; i < count; i++) runnerFor(i).schedule(work);
    });
}
