import { expect } from 'chai';
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { handOver, type WhenStreamFull } from '../../src/operators/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { stats, ThreadPool } from '../../src/index.js';
import { logOf } from './support.js';

/** What happens to the stream: a value, so many runs of the loop, or how it ends. */
type Verb = 'value' | 'run' | 'error' | 'complete' | 'unsubscribe';

const verbs = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Verb>('value') },
    { weight: 4, arbitrary: fc.constant<Verb>('run') },
    { weight: 1, arbitrary: fc.constantFrom<Verb>('error', 'complete', 'unsubscribe') },
  ),
  { maxLength: 60 },
);
const bounds = fc.record({
  capacity: fc.constantFrom(1, 2, 3, 5, Infinity),
  whenFull: fc.constantFrom<WhenStreamFull>('error', 'drop-oldest', 'drop-newest'),
});

/** The promises, with arrays. */
class Model {
  readonly events: unknown[] = [];
  readonly dropped: number[] = [];
  private waiting: number[] = [];
  private end: string | null = null;
  isClosed = false;

  constructor(
    private readonly capacity: number,
    private readonly whenFull: WhenStreamFull,
  ) {}

  next(value: number): void {
    if (this.end !== null || this.isClosed) return;
    if (this.waiting.length < this.capacity) this.waiting.push(value);
    else if (this.whenFull === 'error') this.end = 'TaskRejectedError full';
    else if (this.whenFull === 'drop-newest') this.dropped.push(value);
    else {
      this.dropped.push(this.waiting.shift()!);
      this.waiting.push(value);
    }
  }

  finish(end: string): void {
    this.end ??= end;
  }

  run(): void {
    if (this.isClosed) return;
    this.events.push(...this.waiting.splice(0));
    if (this.end === null) return;
    this.events.push(this.end);
    this.isClosed = true;
  }
}

describe('handOver, whatever comes', () => {
  it('emits what a naive model of its promises says, drops what it says, and holds no more than its capacity', () => {
    fc.assert(
      fc.property(verbs, bounds, fc.boolean(), (program, { capacity, whenFull }, usesPool) => {
        const env = new TaskEnvironment();
        try {
          const pool = new ThreadPool();
          const runner = usesPool ? pool : pool.createSequencedTaskRunner();
          const model = new Model(capacity, whenFull);
          const values = new Subject<number>();
          const dropped: number[] = [];
          const onDrop = (value: number, count: number): void => {
            expect(dropped.push(value)).to.equal(count);
          };
          const { events, subscription } = logOf(values.pipe(handOver(runner, { capacity, whenFull, onDrop })));
          program.forEach((verb, value) => {
            if (verb === 'value') {
              values.next(value);
              model.next(value);
            } else if (verb === 'run') {
              env.runUntilIdle();
              model.run();
            } else if (verb === 'unsubscribe') {
              subscription.unsubscribe();
              model.isClosed = true;
            } else {
              model.finish(verb === 'error' ? 'error end' : 'complete');
              if (verb === 'error') values.error(new Error('end'));
              else values.complete();
            }
            expect(stats(runner).queued).to.be.at.most(1);
            expect(events).to.deep.equal(model.events);
            expect(dropped).to.deep.equal(model.dropped);
          });
          env.runUntilIdle();
          model.run();
          expect(events).to.deep.equal(model.events);
        } finally {
          env.dispose();
        }
      }),
      { numRuns: 300 },
    );
  });
});
