import fc from 'fast-check';
import { conservationProgram } from './conservation.js';
import { ConservationRun } from './conservation-run.js';

describe('Whatever a program does with its tasks, on all kinds of runners,', () => {
  for (const workers of [1, 2, Infinity]) {
    it(`posted = settled + live at each step, and every handle settles exactly once (${workers} workers)`, async () => {
      await fc.assert(
        fc.asyncProperty(conservationProgram, async (program) => {
          const run = new ConservationRun(workers);
          try {
            await run.play(program);
          } finally {
            run.dispose();
          }
        }),
        { numRuns: 80 },
      );
    }).timeout(20_000);
  }
});
