import fc from 'fast-check';
import { configure } from '../../src/index.js';
import { turnsProgram } from './turns-program.js';
import { TurnsRun } from './turns-run.js';

describe('Who may start', () => {
  before(() => {
    // The age limit is the one promise that the model does not know.
    configure({ maxWait: { 'user-visible': Infinity, 'best-effort': Infinity } });
  });
  after(() => {
    configure({ maxWait: { 'user-visible': 1_000, 'best-effort': 10_000 } });
  });

  it('has started, the most urgent first, and what has begun before what has not: with workers, rates, holds and sleeps', () => {
    const rate = fc.constantFrom({ starts: 1, per: 2 }, { starts: 2, per: 3 }, { starts: 3, per: 3 });
    const workers = fc.constantFrom(1, 2, 3);
    fc.assert(
      fc.property(fc.tuple(workers, workers), rate, turnsProgram, (counts, limit, program) => {
        new TurnsRun(counts, limit).play(program);
      }),
      { numRuns: 60 },
    );
  }).timeout(20_000);
});
