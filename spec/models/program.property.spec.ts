import fc from 'fast-check';
import { configure } from '../../src/index.js';
import { program, slowProgram, type Verb } from './program.js';
import { ProgramRun, type RunOptions } from './program-run.js';

/**
 * Random programs of post, schedule, cancel, re-arm, setPriority, throw, settle and the passing of time, against a
 * naive model of the promises. At each start of a task the model is asked whose turn it is.
 */
describe('Any program of posts', () => {
  before(() => {
    // The age limit is the one promise that the model does not know.
    configure({ maxWait: { 'user-visible': Infinity, 'best-effort': Infinity } });
  });
  after(() => {
    configure({ maxWait: { 'user-visible': 1_000, 'best-effort': 10_000 } });
  });

  async function holds(programs: fc.Arbitrary<Verb[]>, options: RunOptions): Promise<void> {
    const property = fc.asyncProperty(programs, async (verbs) => {
      const run = new ProgramRun(options);
      try {
        await run.play(verbs);
      } finally {
        run.dispose();
      }
    });
    await fc.assert(property, { numRuns: 150 });
  }

  it('starts its tasks one by one in the order of the model: FIFO, no overlap, by priority, in turns, never early', () =>
    holds(program, { workers: Infinity, usesPool: true })).timeout(20_000);

  for (const workers of [1, 2, 4]) {
    it(`holds at most ${workers} workers, leaves none idle while a task may start, and minds priority`, async () => {
      await holds(program, { workers, usesPool: false });
      await holds(slowProgram, { workers, usesPool: false });
    }).timeout(20_000);
  }
});
