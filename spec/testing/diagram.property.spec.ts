import { expect } from 'chai';
import fc from 'fast-check';
import { map, timer } from 'rxjs';
import { type TaskHandle, ThreadPool } from '../../src/index.js';
import { expectTasks } from '../../src/testing/rows/expect-tasks.js';
import { diagram, recordTasks } from '../../src/testing/rows/recording.js';
import { inRun } from './support/in-run.js';

const pool = new ThreadPool({ name: 'pool', workers: 3, onTaskError: () => undefined });
const runners = [
  pool,
  pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' }),
  pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' }),
];

interface Step {
  runner: number;
  name: string;
  delay: number;
  outcome: 'returns' | 'throws' | 'emits' | 'errors' | 'never';
  length: number;
  cancelAt: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  runner: fc.nat(2),
  name: fc.constantFrom('add', 'build', 'answer', 'drop'),
  delay: fc.oneof(fc.nat(5), fc.nat(80)),
  outcome: fc.constantFrom('returns', 'throws', 'emits', 'emits', 'errors', 'never'),
  length: fc.oneof(fc.nat(4), fc.nat(60)),
  cancelAt: fc.oneof(fc.constant(-1), fc.nat(20)),
});

const failing = map(() => {
  throw new Error('failed');
});

function post({ runner, name, delay, outcome, length, cancelAt }: Step): void {
  const handle: TaskHandle<unknown> = runners[runner]!.postDelayedTask(
    () => {
      if (outcome === 'throws') throw new Error(name);
      if (outcome === 'returns') return 1;
      if (outcome === 'never') return new Promise(() => undefined);
      return outcome === 'emits' ? timer(length) : timer(length).pipe(failing);
    },
    delay,
    { name },
  );
  void handle.then(undefined, () => undefined);
  if (cancelAt >= 0) timer(cancelAt).subscribe(() => handle.cancel());
}

/** The rows of a diagram by what they are called; further rows of the same have no name. */
function rowsIn(text: string): Record<string, string[]> {
  const rows: Record<string, string[]> = {};
  const lines = text.split('\n').slice(1);
  const margin = Math.max(...lines.map((line) => /^(\S+) {2}/.exec(line)?.[0].length ?? 0));
  let name = '';
  for (const line of lines) {
    if (/^ +\S: /.test(line)) break;
    name = line.slice(0, margin).trim() || name;
    (rows[name] ??= []).push(line.slice(margin));
  }
  return rows;
}

describe('Whatever has run', () => {
  for (const by of ['runner', 'lane'] as const) {
    it(`is what expectTasks expects when it is given what diagram prints, by ${by}`, () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
          const message = inRun(() => {
            const recorder = recordTasks();
            steps.forEach(post);
            return () => {
              const begun = recorder.records.some(({ started }) => started !== null);
              const text = diagram(recorder, { by, unique: false, width: 1_000 });
              expectTasks(recorder).toBe(begun ? rowsIn(text) : {});
              return recorder.checks[0]!.evaluate();
            };
          });
          expect(message).to.equal(null);
        }),
        { numRuns: 60 },
      );
    });

    it(`and is not, when any one run is taken out of it, by ${by}`, () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat(), (steps, which) => {
          const message = inRun(() => {
            const recorder = recordTasks();
            steps.forEach(post);
            return () => {
              const begun = recorder.records.filter(({ started }) => started !== null);
              if (begun.length === 0) return 'nothing to take out';
              const rows = rowsIn(diagram(recorder, { by, unique: false, width: 1_000 }));
              (recorder.records as unknown[]).splice(recorder.records.indexOf(begun[which % begun.length]!), 1);
              expectTasks(recorder).toBe(rows);
              return recorder.checks[0]!.evaluate();
            };
          });
          expect(message).to.be.a('string');
        }),
        { numRuns: 60 },
      );
    });
  }
});
