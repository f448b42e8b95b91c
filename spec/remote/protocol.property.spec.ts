import { expect } from 'chai';
import fc from 'fast-check';
import { Observable, Subject, type Subscription } from 'rxjs';
import { Server } from '../../src/remote/server.js';
import type { Message } from '../../src/remote/wire.js';
import { PULLED } from '../../src/remote/wire.js';
import type { Channel, ChannelListener } from '../../src/threads/channel.js';
import { Threads } from '../../src/threads/index.js';

/** How many calls run in the threads, and what makes the streams of them go on. */
const ticks = new Subject<void>();

const served = {
  value: (n: number): number => n,
  iterate: function* (n: number): Generator<number> {
    for (let i = 0; i < n; i++) yield i;
  },
  emit: (n: number): Observable<number> =>
    new Observable((subscriber) => {
      for (let i = 0; i < n; i++) subscriber.next(i);
      subscriber.complete();
    }),
  /** A value for each tick, and then its end. */
  slow: (n: number): Observable<number> =>
    new Observable((subscriber) => {
      let i = 0;
      return ticks.subscribe(() => (i < n ? subscriber.next(i++) : subscriber.complete()));
    }),
  fails: (n: number): number => {
    throw new Error(`failed ${n}`);
  },
};

/** A thread whose messages are on their way until the spec lets them arrive, in each direction in their order. */
class LaggingChannel implements Channel {
  isGone = false;
  readonly down: Message[] = [];
  readonly up: Message[] = [];
  private listener: ChannelListener | null = null;
  private readonly server = new Server(served, (message) => {
    if (!this.isGone) this.up.push(message);
  });

  open(listener: ChannelListener): void {
    this.listener = listener;
    this.server.begin();
  }

  readonly send = (message: Message): void => {
    if (!this.isGone) this.down.push(message);
  };

  keepAlive(): void {}

  end(): Promise<void> {
    this.isGone = true;
    this.down.splice(0);
    this.up.splice(0);
    this.server.stop();
    return Promise.resolve();
  }

  arriveDown(): void {
    const message = this.down.shift();
    if (message !== undefined) this.server.receive(message);
  }

  arriveUp(): void {
    const message = this.up.shift();
    if (message !== undefined) this.listener!.received(message);
  }

  crash(): void {
    if (!this.isGone) this.listener!.gone(new Error('crashed'));
  }
}

/** What the program has seen of a call. */
interface Seen {
  readonly task: keyof typeof served;
  readonly n: number;
  readonly values: number[];
  ends: string[];
  subscription: Subscription | null;
}

const STEPS = {
  start: fc.record({
    step: fc.constant('start' as const),
    task: fc.constantFrom(...(Object.keys(served) as (keyof typeof served)[])),
    n: fc.nat(12),
    terminate: fc.boolean(),
  }),
  cancel: fc.record({ step: fc.constant('cancel' as const), which: fc.nat(20) }),
  move: fc.record({ step: fc.constantFrom('down' as const, 'up' as const, 'tick' as const), which: fc.nat(3) }),
  crash: fc.record({ step: fc.constant('crash' as const), which: fc.nat(3) }),
};
const PROGRAM = fc.array(
  fc.oneof(
    { arbitrary: STEPS.move, weight: 10 },
    { arbitrary: STEPS.start, weight: 4 },
    { arbitrary: STEPS.cancel, weight: 2 },
    { arbitrary: STEPS.crash, weight: 3 },
  ),
  { maxLength: 80 },
);

describe('Calls of served tasks', () => {
  it('end, each once, whatever is cancelled or crashes while messages are on their way, with values in order and within their credit: property', async () => {
    const options = fc.record({
      size: fc.integer({ min: 1, max: 3 }),
      perThread: fc.integer({ min: 1, max: 3 }),
      credit: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(options, PROGRAM, async (plan, program) => {
        const channels: LaggingChannel[] = [];
        const threads = new Threads<typeof served>(
          () => {
            const channel = new LaggingChannel();
            channels.push(channel);
            return channel;
          },
          { ...plan, maxRestarts: Infinity },
        );
        const calls: Seen[] = [];
        const living = (): LaggingChannel[] => channels.filter(({ isGone }) => !isGone);
        const check = (): void => {
          expect(living().length).to.be.at.most(plan.size);
          for (const { up } of living()) {
            const onTheirWay = new Map<unknown, number>();
            for (const [, kind, id] of up) if (kind === PULLED) onTheirWay.set(id, (onTheirWay.get(id) ?? 0) + 1);
            for (const count of onTheirWay.values()) expect(count).to.be.at.most(plan.credit);
          }
        };

        for (const step of program) {
          const channel = 'which' in step ? living()[step.which] : undefined;
          if (step.step === 'start') {
            const { task, n, terminate } = step;
            const seen: Seen = { task, n, values: [], ends: [], subscription: null };
            calls.push(seen);
            seen.subscription = threads
              .call(task, [n], { terminate, grace: Infinity })({} as never)
              .subscribe({
                next: (value) => seen.values.push(value),
                error: (error: Error) => seen.ends.push(error.name === 'Error' ? error.message : error.name),
                complete: () => seen.ends.push('complete'),
              });
          } else if (step.step === 'cancel') {
            const seen = calls[step.which];
            if (seen?.subscription?.closed === false) {
              seen.ends.push('cancelled');
              seen.subscription.unsubscribe();
            }
          } else if (step.step === 'down') channel?.arriveDown();
          else if (step.step === 'up') channel?.arriveUp();
          else if (step.step === 'tick') ticks.next();
          else channel?.crash();
          check();
        }

        // All that is on its way arrives, and time goes on for everything.
        const done = threads.shutdown();
        for (let i = 0; living().some(({ up, down }) => up.length + down.length > 0) || i < 20; i++) {
          for (const channel of living()) {
            channel.arriveDown();
            channel.arriveUp();
          }
          ticks.next();
          check();
        }
        await done;
        expect(living()).to.have.lengthOf(0);
        for (const { task, n, values, ends } of calls) {
          expect(ends, `${task} ${n}`).to.have.lengthOf(1);
          expect(values).to.deep.equal(task === 'value' ? values.map(() => n) : values.map((_, i) => i));
          const isWhole = values.length === (task === 'value' ? 1 : n);
          if (ends[0] === 'complete') expect(isWhole, `${task} ${n} has all its values`).to.equal(true);
          else if (task === 'fails') expect(ends[0]).to.be.oneOf([`failed ${n}`, 'cancelled', 'ThreadCrashedError']);
          else expect(ends[0]).to.be.oneOf(['cancelled', 'ThreadCrashedError']);
        }
      }),
      { numRuns: 300 },
    );
  });
});
