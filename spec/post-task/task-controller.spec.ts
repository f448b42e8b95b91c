import { expect } from 'chai';
import fc from 'fast-check';
import { scheduler, TaskController, TaskPriorityChangeEvent, TaskSignal } from '../../src/post-task/index.js';
import type { WebTaskPriority } from '../../src/post-task/index.js';
import { errorOf } from '../support/support.js';

const PRIORITIES: readonly WebTaskPriority[] = ['user-blocking', 'user-visible', 'background'];

describe('A TaskController', () => {
  it('is an AbortController whose signal is a TaskSignal', () => {
    const controller = new TaskController();
    expect(controller).to.be.an.instanceof(AbortController);
    expect(controller.signal).to.be.an.instanceof(TaskSignal).and.an.instanceof(AbortSignal);
    expect(controller.signal.priority).to.equal('user-visible');
    expect(new TaskController({ priority: 'background' }).signal.priority).to.equal('background');
    controller.abort('reason');
    expect([controller.signal.aborted, controller.signal.reason]).to.deep.equal([true, 'reason']);
  });

  it('throws a TypeError for a priority that the web does not know', () => {
    const controller = new TaskController();
    for (const priority of ['best-effort', '', null] as never[]) {
      expect(errorOf(() => new TaskController({ priority })).message).to.match(
        /^The option priority must be 'user-blocking', /,
      );
      expect(errorOf(() => controller.setPriority(priority))).to.be.an.instanceof(TypeError);
    }
  });

  it('moves what waits with its signal, among the tasks of the new priority by the order of posting', async () => {
    const ran: number[] = [];
    const controller = new TaskController();
    const { signal } = controller;
    const post = (n: number, options: object): Promise<unknown> => scheduler.postTask(() => ran.push(n), options);
    const tasks = [
      post(0, { signal }),
      post(1, { priority: 'user-blocking' }),
      post(2, { signal }),
      post(3, { priority: 'user-blocking' }),
      post(4, {}),
    ];
    for (const priority of ['background', 'user-visible', 'user-blocking'] as const) controller.setPriority(priority);
    await Promise.all(tasks);
    expect(ran).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('leads to the order of the last priorities and of the posts, whatever is posted and changed before', async () => {
    const priority = fc.constantFrom(...PRIORITIES);
    const step = fc.oneof(
      fc.record({ post: fc.nat({ max: 3 }) }),
      fc.record({ change: fc.nat({ max: 2 }), priority }),
      fc.record({ fixed: priority }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const controllers = PRIORITIES.map((each) => new TaskController({ priority: each }));
        // The last one follows the first.
        const signals = controllers.map(({ signal }) => signal);
        signals.push(TaskSignal.any([], { priority: signals[0]! }));
        const ran: number[] = [];
        const posted: { readonly n: number; readonly now: () => WebTaskPriority }[] = [];
        const tasks: Promise<unknown>[] = [];
        for (const each of steps) {
          const n = posted.length;
          if ('change' in each) controllers[each.change]!.setPriority(each.priority);
          else if ('post' in each) {
            const signal = signals[each.post]!;
            posted.push({ n, now: () => signal.priority });
            tasks.push(scheduler.postTask(() => ran.push(n), { signal }));
          } else {
            posted.push({ n, now: () => each.fixed });
            tasks.push(scheduler.postTask(() => ran.push(n), { priority: each.fixed }));
          }
        }
        const expected = PRIORITIES.flatMap((each) => posted.filter(({ now }) => now() === each)).map(({ n }) => n);
        await Promise.all(tasks);
        expect(ran).to.deep.equal(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('tells its signal of a change by a prioritychange event with the previous priority', () => {
    const controller = new TaskController();
    const { signal } = controller;
    const seen: unknown[] = [];
    const listen = (name: string) => (event: Event) => {
      const previous = event instanceof TaskPriorityChangeEvent && event.previousPriority;
      seen.push([name, event.type, event.target === signal, previous, signal.priority]);
    };
    signal.onprioritychange = listen('replaced');
    signal.addEventListener('prioritychange', listen('listener'));
    signal.onprioritychange = listen('attribute');
    controller.setPriority('background');
    controller.setPriority('background');
    expect(seen).to.deep.equal([
      ['attribute', 'prioritychange', true, 'user-visible', 'background'],
      ['listener', 'prioritychange', true, 'user-visible', 'background'],
    ]);
    signal.onprioritychange = null;
    expect(signal.onprioritychange).to.equal(null);
    controller.setPriority('user-visible');
    expect(seen.length).to.equal(3);
  });

  it('throws a NotAllowedError when a listener changes the priority of which it hears', () => {
    const controller = new TaskController();
    let error: Error | null = null;
    controller.signal.onprioritychange = () => {
      error = errorOf(() => controller.setPriority('user-blocking'));
    };
    controller.setPriority('background');
    expect(error).to.be.an.instanceof(DOMException).with.property('name', 'NotAllowedError');
    controller.signal.onprioritychange = null;
    controller.setPriority('user-blocking');
    expect(controller.signal.priority).to.equal('user-blocking');
  });

  it('may abort when its tasks are over, and nothing happens', async () => {
    const controller = new TaskController();
    expect(await scheduler.postTask(() => 7, { signal: controller.signal })).to.equal(7);
    controller.abort();
    controller.abort();
  });
});

describe('A TaskPriorityChangeEvent', () => {
  it('must have a previous priority that the web knows', () => {
    const event = new TaskPriorityChangeEvent('prioritychange', { previousPriority: 'background' });
    expect(event).to.be.an.instanceof(Event).with.property('previousPriority', 'background');
    const Untyped = TaskPriorityChangeEvent as new (...args: unknown[]) => unknown;
    for (const init of [[], [{}], [{ previousPriority: 'best-effort' }]]) {
      expect(errorOf(() => new Untyped('prioritychange', ...init))).to.be.an.instanceof(TypeError);
    }
  });
});
