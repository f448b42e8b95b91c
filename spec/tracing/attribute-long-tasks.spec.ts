import { expect } from 'chai';
import { flush, ThreadPool } from '../../src/index.js';
import { attributeLongTasks, type LongTask, type LongTaskType } from '../../src/tracing/index.js';
import { errorOf } from '../support/support.js';

interface Entry {
  readonly name: string;
  readonly startTime: number;
  readonly duration: number;
}

/** The observers of a page, of which the spec says what they see. */
class PageObserver {
  static supportedEntryTypes = ['longtask', 'event', 'paint'];
  static made: PageObserver[] = [];
  options: { type?: string; durationThreshold?: number } = {};
  isConnected = false;

  constructor(private readonly callback: (list: { getEntries(): Entry[] }) => void) {
    PageObserver.made.push(this);
  }

  observe(options: object): void {
    this.options = options;
    this.isConnected = true;
  }

  disconnect(): void {
    this.isConnected = false;
  }

  static see(type: LongTaskType, name: string, startTime: number, duration: number): void {
    const one = PageObserver.made.find(({ options, isConnected }) => isConnected && options.type === type);
    one?.callback({ getEntries: () => [{ name, startTime, duration }] });
  }
}

/** Keeps the thread for some milliseconds. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const own = Object.getOwnPropertyDescriptor(globalThis, 'PerformanceObserver')!;
const restore = (): void => void Object.defineProperty(globalThis, 'PerformanceObserver', own);

describe('attributeLongTasks', () => {
  let seen: LongTask[];
  const report = (longTask: LongTask): void => void seen.push(longTask);
  const pool = new ThreadPool();

  beforeEach(() => {
    seen = [];
    PageObserver.made = [];
    Object.defineProperty(globalThis, 'PerformanceObserver', { value: PageObserver, configurable: true });
  });

  afterEach(restore);

  it('reports a long task with the tasks that ran meanwhile, the longest first', async () => {
    const runner = pool.createSequencedTaskRunner({ name: 'io', priority: 'user-blocking' });
    const attributing = attributeLongTasks({ report });
    runner.postTask(() => work(3), { name: 'before' });
    await flush(runner);
    const start = performance.now();
    runner.postTask(() => work(2), { name: 'short' });
    runner.postTask(() => work(8), { name: 'long' });
    await flush(runner);
    const duration = performance.now() - start;
    runner.postTask(() => work(2), { name: 'after' });
    await flush(runner);
    PageObserver.see('longtask', 'self', start, duration);
    attributing.unsubscribe();
    const [{ culprits, ...longTask }] = seen as [LongTask];
    expect(longTask).to.deep.include({ type: 'longtask', name: 'self', start, duration });
    expect(culprits.map(({ name }) => name)).to.deep.equal(['long', 'short']);
    expect(culprits[0]).to.include({ priority: 'user-blocking', kind: 'task' });
    expect(culprits[0]!.runner.name).to.equal('io');
    expect(culprits[0]!.ran).to.be.at.least(8).and.at.most(duration);
  });

  it('counts what a task ran in several stretches as one, and only the part that lies in the long task', async () => {
    const runner = pool.createSequencedTaskRunner({ name: 'io' });
    const attributing = attributeLongTasks({ report });
    let middle = 0;
    runner.postTask(
      (context) => {
        work(4);
        middle = performance.now();
        work(2);
        context.yieldThen(() => work(3));
      },
      { name: 'twice' },
    );
    await flush(runner);
    const duration = performance.now() - middle;
    PageObserver.see('event', 'click', middle, duration);
    attributing.unsubscribe();
    expect(seen[0]!.culprits.map(({ name }) => name)).to.deep.equal(['twice']);
    expect(seen[0]!.culprits[0]!.ran)
      .to.be.at.least(2)
      .and.at.most(performance.now() - middle);
  });

  it('reports a long task in which no task ran with no culprits', () => {
    const attributing = attributeLongTasks({ report });
    PageObserver.see('longtask', 'self', performance.now(), 60);
    attributing.unsubscribe();
    expect(seen[0]!.culprits).to.deep.equal([]);
  });

  it('remembers as many stretches as it is told', async () => {
    const runner = pool.createSequencedTaskRunner({ name: 'io' });
    const attributing = attributeLongTasks({ report, remember: 3 });
    const start = performance.now();
    for (let i = 0; i < 10; i++) runner.postTask(() => undefined, { name: `${i}` });
    await flush(runner);
    PageObserver.see('longtask', 'self', start, performance.now() - start + 1);
    attributing.unsubscribe();
    expect(seen[0]!.culprits.map(({ name }) => name).sort()).to.deep.equal(['7', '8', '9']);
  });

  it('observes the types that the host knows, events from so many milliseconds, until it is unsubscribed', () => {
    const attributing = attributeLongTasks({ report, slowEvent: 40 });
    expect(PageObserver.made.map(({ options }) => options)).to.deep.equal([
      { type: 'longtask' },
      { type: 'event', durationThreshold: 40 },
    ]);
    attributing.unsubscribe();
    expect(PageObserver.made.map(({ isConnected }) => isConnected)).to.deep.equal([false, false]);
  });

  it('is closed at once where the host knows none of the types, as in Node', () => {
    const types = PageObserver.supportedEntryTypes;
    PageObserver.supportedEntryTypes = ['mark', 'measure'];
    const { closed } = attributeLongTasks({ report });
    PageObserver.supportedEntryTypes = types;
    expect(closed).to.equal(true);
  });

  it('names the rule that an option breaks', () => {
    const messageOf = (options: object): string => errorOf(() => attributeLongTasks(options as never)).message;
    expect(messageOf({})).to.contain('The option report must be a function; got undefined');
    expect(messageOf({ report, types: ['paint'] })).to.contain("long-animation-frame, event; got 'paint'");
    expect(messageOf({ report, types: 'event' })).to.contain("must be an array; got 'event'");
    expect(messageOf({ report, slowEvent: -1 })).to.contain('0 or more; got -1');
    expect(messageOf({ report, remember: Infinity })).to.contain('a positive integer; got Infinity');
  });
});
