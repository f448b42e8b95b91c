import { expect } from 'chai';
import { interval, observeOn, range, take } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  configure,
  createFrameTaskRunner,
  flush,
  hold,
  type Runner,
  stats,
  TaskCancelledError,
  TaskRejectedError,
} from '../../src/index.js';
import { settings } from '../../src/kernel/settings.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { PageCallbacks } from '../support/page-callbacks.js';
import { errorOf, macrotask, rejectionOf } from '../support/support.js';

describe('A frame runner', () => {
  const before = structuredClone(settings);
  let page: PageCallbacks;
  let frames: Runner;
  let log: unknown[];

  beforeEach(() => {
    page = new PageCallbacks();
    frames = createFrameTaskRunner({ name: 'frames' });
    log = [];
  });
  afterEach(async () => {
    // The loop is that of all frame runners: nothing of one spec may be left for the next.
    await frames.stop();
    await page.comeFrame();
    page.restore();
    Object.assign(settings, structuredClone(before));
  });

  const read = (): unknown[] => log.splice(0);

  it('runs its tasks and actions in the next frame, in posting order, and not before', async () => {
    void frames.postTask(() => log.push('task'));
    frames.schedule(() => log.push('action'));
    await macrotask();
    expect(read()).to.deep.equal([]);
    await page.comeFrame();
    expect(read()).to.deep.equal(['task', 'action']);
    expect(page.outstanding).to.equal(0);
  });

  it('runs what fits into the budget of a turn, and the rest in the next frames', async () => {
    configure({ turnBudget: Number.MIN_VALUE });
    range(3)
      .pipe(observeOn(frames))
      .subscribe((value) => log.push(value));
    const perFrame: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      await page.comeFrame();
      perFrame.push(read());
    }
    expect(perFrame).to.deep.equal([[0], [1], [2]]);
  });

  it('asks for more callbacks in each frame, up to 1,024, as long as those of the frame before did not suffice', async () => {
    const perFrame: number[] = [];
    configure({ turnBudget: 60_000 });
    for (let i = 0; i < 3_000; i++) frames.schedule(() => log.push(i));
    while (log.length < 3_000) {
      const had = log.length;
      await page.comeFrame();
      perFrame.push(log.length - had);
    }
    expect(perFrame.slice(0, 7)).to.deep.equal([16, 32, 64, 128, 256, 512, 1_024]);
  });

  it('runs all microtasks between two tasks of a frame', async () => {
    for (const name of ['a', 'b']) {
      frames.schedule(() => {
        log.push(name);
        void Promise.resolve().then(() => log.push(`after ${name}`));
      });
    }
    await page.comeFrame();
    expect(read()).to.deep.equal(['a', 'after a', 'b', 'after b']);
  });

  it('goes on in the same frame when a task has ended that only waited for microtasks', async () => {
    void frames.postTask(async () => {
      await Promise.resolve();
      log.push('async');
    });
    void frames.postTask(() => log.push('next'));
    await page.comeFrame();
    expect(read()).to.deep.equal(['async', 'next']);
  });

  it('runs what is posted in a frame in the next one, and in posting order with what is posted after it', async () => {
    frames.schedule(() => {
      log.push('first');
      frames.schedule(() => log.push('posted in the frame'));
    });
    await page.comeFrame();
    frames.schedule(() => log.push('posted after it'));
    expect(read()).to.deep.equal(['first']);
    await page.comeFrame();
    expect(read()).to.deep.equal(['posted in the frame', 'posted after it']);
  });

  it('runs an interval of 0 once a frame, as animationFrameScheduler does', async () => {
    interval(0, frames)
      .pipe(take(3))
      .subscribe({ next: (value) => log.push(value), complete: () => log.push('complete') });
    const perFrame: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      await page.comeFrame();
      perFrame.push(read());
    }
    expect(perFrame).to.deep.equal([[0], [1], [2, 'complete'], []]);
    expect(page.outstanding).to.equal(0);
  });

  it('shares its frames with the other frame runners, by priority', async () => {
    const urgent = createFrameTaskRunner({ priority: 'user-blocking' });
    frames.schedule(() => log.push('user-visible'));
    urgent.schedule(() => log.push('user-blocking'));
    await page.comeFrame();
    expect(read()).to.deep.equal(['user-blocking', 'user-visible']);
  });

  it('waits while there are no frames, as in a hidden page, and loses nothing', async () => {
    const handle = frames.postTask(() => 'drawn');
    for (let i = 0; i < 5; i++) await macrotask();
    expect(stats(frames)).to.include({ queued: 1, running: 0 });
    await page.comeFrame();
    expect(await handle).to.equal('drawn');
  });

  it('is cancelled, held, flushed and shut down as every runner', async () => {
    const cancelled = frames.postTask(() => log.push('cancelled'));
    cancelled.cancel();
    expect(await rejectionOf(cancelled)).to.be.an.instanceof(TaskCancelledError);
    const held = hold(frames);
    void frames.postTask(() => log.push('held'));
    await page.comeFrame();
    expect(read()).to.deep.equal([]);
    held.unsubscribe();
    const flushed = flush(frames).then(() => log.push('flushed'));
    await page.comeFrame();
    await flushed;
    expect(read()).to.deep.equal(['held', 'flushed']);
    const dropped = frames.postTask(() => log.push('dropped'));
    expect(await frames.shutdown()).to.deep.equal({ ran: [], skipped: ['frames'], abandoned: [] });
    expect(await rejectionOf(dropped)).to.be.an.instanceof(TaskRejectedError);
    expect(errorOf(() => frames.schedule(() => undefined))).to.be.an.instanceof(TaskRejectedError);
  });

  it('goes on after a task that throws, whose error its handler is told', async () => {
    const error = new Error('expected');
    // In a page it is told in a timer, which comes when it likes.
    const told = new Promise((resolve) => {
      const own = createFrameTaskRunner({ onTaskError: resolve });
      void own.postTask(() => {
        throw error;
      });
      void own.postTask(() => log.push('next'));
    });
    await page.comeFrame();
    expect(await told).to.equal(error);
    expect(read()).to.deep.equal(['next']);
  });

  it('asks again when a function of the host throws', async () => {
    const { requestAnimationFrame } = globalThis;
    let throws = true;
    globalThis.requestAnimationFrame = (run) => {
      if (throws) throw new Error('once');
      return requestAnimationFrame(run);
    };
    expect(errorOf(() => frames.schedule(() => log.push('refused'))).message).to.equal('once');
    throws = false;
    frames.schedule(() => log.push('asked again'));
    await page.comeFrame();
    expect(read()).to.deep.equal(['asked again']);
  });

  it('is virtual in a testScheduler.run() and in a TaskEnvironment, as every runner', async () => {
    new TestScheduler((actual, expected) => void expect(actual).to.deep.equal(expected)).run(
      ({ cold, expectObservable }) => {
        const source = '  ab|';
        const expected = 'ab|';
        expectObservable(cold(source).pipe(observeOn(frames))).toBe(expected);
      },
    );
    const environment = new TaskEnvironment();
    try {
      const start = frames.now();
      const ran = frames.postTask(() => frames.now() - start, { delay: 1_000 });
      environment.advanceBy(1_000);
      expect(await ran).to.equal(1_000);
    } finally {
      environment.dispose();
    }
    expect(page.outstanding).to.equal(0);
  });

  it('never runs a delayed task early by its own clock', async () => {
    const start = frames.now();
    const handle = frames.postTask(() => frames.now() - start, { delay: 5 });
    while (!handle.closed) {
      await macrotask();
      await page.comeFrame();
    }
    expect(await handle).to.be.at.least(5);
  });
});
