import { expect } from 'chai';
import fc from 'fast-check';
import { type JobHandle, postJob, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';

interface Piece {
  /** When it comes, in milliseconds after the one before it, and how long it takes. */
  readonly after: number;
  readonly takes: number;
  /** Whether the worker returns when it has done it, though there may be more. */
  readonly isLast: boolean;
}

interface Program {
  readonly workers: number;
  /** How many of them the job uses at most. */
  readonly limit: number;
  readonly pieces: readonly Piece[];
}

const program: fc.Arbitrary<Program> = fc.record({
  workers: fc.integer({ min: 1, max: 4 }),
  limit: fc.integer({ min: 1, max: 5 }),
  pieces: fc.array(fc.record({ after: fc.nat(3), takes: fc.nat(6), isLast: fc.boolean() }), { maxLength: 12 }),
});

/** When each piece begins if whoever is free first takes the next one: the naive model, without jobs and tasks. */
function model({ workers, limit, pieces }: Program): number[] {
  const freeAt = Array<number>(Math.min(workers, limit)).fill(0);
  let comesAt = 0;
  return pieces.map(({ after, takes }) => {
    comesAt += after;
    const first = freeAt.indexOf(Math.min(...freeAt));
    const beginsAt = Math.max(comesAt, freeAt[first]!);
    freeAt[first] = beginsAt + takes;
    return beginsAt;
  });
}

/** When each piece begins as a job does them; and it looks at what holds at any time. */
async function run({ workers, limit, pieces }: Program): Promise<number[]> {
  const env = new TaskEnvironment();
  const pool = new ThreadPool({ workers });
  const bystander = new ThreadPool({ workers: Infinity });
  const begun: number[] = [];
  const queue: Piece[] = [];
  const indices = new Set<number>();
  let job: JobHandle | undefined;

  const post = (): JobHandle =>
    postJob(pool, {
      maxConcurrency: (active) => {
        expect(active).to.equal(indices.size);
        return Math.min(limit, queue.length + active);
      },
      work: async (_, { index }) => {
        expect(indices, 'no two workers have one index').not.to.include(index);
        const isLowest = Array.from({ length: index }, (_, lower) => indices.has(lower)).every(Boolean);
        expect(isLowest, 'the index is the lowest that is free').to.equal(true);
        indices.add(index);
        expect(indices.size).to.be.at.most(Math.min(workers, limit));
        for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) {
          begun[pieces.indexOf(piece)] = env.now();
          if (piece.takes > 0) await bystander.postTask(() => undefined, { delay: piece.takes });
          if (piece.isLast) break;
        }
        indices.delete(index);
      },
    });

  try {
    for (const piece of pieces) {
      if (piece.after > 0) await env.advanceByAsync(piece.after);
      queue.push(piece);
      if (job?.notifyConcurrencyIncrease() !== true) job = post();
    }
    await env.advanceByAsync(200);
    expect(queue).to.be.empty;
    if (job !== undefined) expect(job.state).to.equal('done');
  } finally {
    env.dispose({ allowPending: true });
  }
  return begun;
}

describe('The pieces of a job, of any length and coming at any time,', () => {
  it('begin when a worker is free, as in a model without jobs and tasks', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (program) => {
        expect(await run(program)).to.deep.equal(model(program));
      }),
      { numRuns: 300 },
    );
  });
});
