import fc from 'fast-check';
import type { QueueModelOptions } from './queue-model.js';
import { queueProgram, QueueRun } from './queue-run.js';

/** Random programs of post, schedule, cancel, end, fail and the passing of time, against a naive model. */
describe('Any program', () => {
  const count = fc.constantFrom(1, 2, 3);

  function holds(options: fc.Arbitrary<QueueModelOptions>): void {
    const property = fc.property(options, queueProgram, (chosen, verbs) => {
      const run = new QueueRun(chosen);
      try {
        run.play(verbs);
      } finally {
        run.dispose();
      }
    });
    fc.assert(property, { numRuns: 300 });
  }

  it('on a parallel runner starts in posting order, never more than its limit and its workers, and loses nothing', () => {
    const workers = fc.constantFrom(1, 2, 3, Infinity);
    const limit = fc.constantFrom(1, 2, 3, Infinity);
    holds(fc.record({ limit, workers, capacity: fc.constant(Infinity), whenFull: fc.constant('reject' as const) }));
  }).timeout(20_000);

  for (const whenFull of ['reject', 'drop-oldest', 'drop-newest', 'wait'] as const) {
    it(`on a bounded queue with '${whenFull}' drops just what is too much, no action, and loses nothing`, () => {
      holds(fc.record({ limit: count, workers: count, capacity: count, whenFull: fc.constant(whenFull) }));
    }).timeout(20_000);
  }
});
