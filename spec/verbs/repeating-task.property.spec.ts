import { expect } from 'chai';
import fc from 'fast-check';
import { timer } from 'rxjs';
import { postRepeatingTask, type RepeatOptions, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';

/** Milliseconds that pass, or a call of `runNow`. */
type Step = number | 'run now';

interface Program {
  readonly interval: number;
  readonly initialDelay: number;
  readonly mode: 'fixed-delay' | 'fixed-rate';
  readonly ifLate: 'skip' | 'run-once';
  /** How long the runs take, in turn and over again. */
  readonly lengths: readonly number[];
  readonly steps: readonly Step[];
}

/** What a repetition does, said millisecond by millisecond and by the numbers of the runs that are due. */
class NaiveRepetition {
  readonly starts: number[] = [];
  private time = 0;
  private isRunning = false;
  private isWanted = false;
  /** When the next run begins, or the present one ends. */
  private next: number;
  /** The number of the run that is due next, or goes on; the first is 0. */
  private number = 0;

  constructor(private readonly program: Program) {
    this.next = program.initialDelay;
  }

  pass(ms: number): void {
    this.settle();
    for (let i = 0; i < ms; i++) {
      this.time++;
      this.settle();
    }
  }

  runNow(): void {
    if (this.isRunning) this.isWanted = true;
    else if (this.next > this.time) this.bringForward();
  }

  private settle(): void {
    while (this.next <= this.time) {
      if (this.isRunning) this.end();
      else this.begin();
    }
  }

  private begin(): void {
    const { lengths } = this.program;
    while (this.dueTime(this.number + 1) <= this.time) this.number++;
    this.isRunning = true;
    this.next = this.time + lengths[this.starts.length % lengths.length]!;
    this.starts.push(this.time);
  }

  private end(): void {
    const { interval, mode, ifLate } = this.program;
    this.isRunning = false;
    this.number++;
    if (mode === 'fixed-delay') this.next = this.time + interval;
    else {
      if (ifLate === 'skip') while (this.dueTime(this.number) < this.time) this.number++;
      else while (this.dueTime(this.number + 1) <= this.time) this.number++;
      this.next = Math.max(this.time, this.dueTime(this.number));
    }
    if (this.isWanted) this.bringForward();
    this.isWanted = false;
  }

  private bringForward(): void {
    while (this.dueTime(this.number - 1) > this.time) this.number--;
    this.next = this.time;
  }

  private dueTime(number: number): number {
    return this.program.initialDelay + number * this.program.interval;
  }
}

function startsOf({ lengths, steps, ...options }: Program): number[] {
  // Of a pool of its own, so that the time of a run needs no worker that the run has.
  const clock = new ThreadPool({ workers: Infinity });
  const env = new TaskEnvironment({ allowPending: true });
  const starts: number[] = [];
  const work = () => {
    const length = lengths[starts.length % lengths.length]!;
    starts.push(env.now());
    return length === 0 ? undefined : timer(length, clock);
  };
  const repeat: RepeatOptions = options;
  const handle = postRepeatingTask(new ThreadPool().createSequencedTaskRunner(), work, repeat);
  for (const step of steps) {
    if (step === 'run now') handle.runNow();
    else env.advanceBy(step);
  }
  handle.cancel();
  env.dispose();
  return starts;
}

describe('A repeating task', () => {
  it('runs when a naive model runs it, whenever it is run now, however long its runs take', () => {
    const program: fc.Arbitrary<Program> = fc.record({
      interval: fc.integer({ min: 1, max: 7 }),
      initialDelay: fc.integer({ min: 0, max: 20 }),
      mode: fc.constantFrom('fixed-delay', 'fixed-rate'),
      ifLate: fc.constantFrom('skip', 'run-once'),
      lengths: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 5 }),
      steps: fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant<Step>('run now')), { maxLength: 30 }),
    });
    fc.assert(
      fc.property(program, (made) => {
        const steps = [...made.steps, 30];
        const model = new NaiveRepetition(made);
        for (const step of steps) {
          if (step === 'run now') model.runNow();
          else model.pass(step);
        }
        expect(startsOf({ ...made, steps })).to.deep.equal(model.starts);
      }),
      { numRuns: 300 },
    );
  });
});
