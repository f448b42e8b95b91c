import { expect } from 'chai';
import { TaskController, TaskSignal } from '../../src/post-task/index.js';
import { errorOf } from '../support/support.js';

const any = (...signals: AbortSignal[]): TaskSignal => TaskSignal.any(signals);

describe('TaskSignal.any', () => {
  it('makes a TaskSignal, which nobody can construct', () => {
    expect(any()).to.be.an.instanceof(TaskSignal);
    expect(errorOf(() => new TaskSignal())).to.be.an.instanceof(TypeError);
  });

  it('throws a TypeError for what is no abort signal, and for a priority that the web does not know', () => {
    expect(errorOf(() => TaskSignal.any([{} as never]))).to.be.an.instanceof(TypeError);
    expect(errorOf(() => TaskSignal.any([], { priority: 'best-effort' as never }))).to.be.an.instanceof(TypeError);
    expect(errorOf(() => TaskSignal.any([], { priority: new AbortController().signal as never }))).to.be.an.instanceof(
      TypeError,
    );
  });

  for (const [kind, make] of [
    ['an AbortController', () => new AbortController()],
    ['a TaskController', () => new TaskController()],
  ] as const) {
    it(`aborts with the first of several signals, with its reason, following ${kind}`, () => {
      const [one, two] = [make(), make()];
      const signal = any(one.signal, two.signal, two.signal);
      const heard: unknown[] = [];
      signal.onabort = ({ target }) => heard.push(target);
      expect([signal.aborted, signal.reason]).to.deep.equal([false, undefined]);
      two.abort('two');
      one.abort('one');
      expect([signal.aborted, signal.reason, heard]).to.deep.equal([true, 'two', [signal]]);
      expect(errorOf(() => signal.throwIfAborted())).to.equal('two');
    });

    it(`has aborted at once with the first signal of the list that has, following ${kind}`, () => {
      const [one, two] = [make(), make()];
      two.abort('two');
      one.abort('one');
      expect(any(make().signal, one.signal, two.signal).reason).to.equal('one');
    });

    it(`aborts with an AbortError where no reason is given, through signals in between, following ${kind}`, () => {
      const controller = make();
      const signal = any(any(any(controller.signal), make().signal));
      controller.abort();
      expect(signal.aborted).to.equal(true);
      expect(signal.reason).to.be.an.instanceof(DOMException).with.property('name', 'AbortError');
      expect(signal.reason).to.equal(controller.signal.reason);
    });

    it(`has aborted before anybody hears of it, following ${kind}`, () => {
      const controller = make();
      const signals = [any(controller.signal)];
      signals.push(any(...signals));
      const seen: boolean[] = [];
      controller.signal.addEventListener('abort', () => {
        seen.push(...[...signals, any(signals[1]!)].map(({ aborted }) => aborted));
      });
      controller.abort();
      expect(seen).to.deep.equal([true, true, true]);
    });

    it(`aborts once when a listener aborts another of its signals, following ${kind}`, () => {
      const [one, two] = [make(), make()];
      const signal = any(one.signal, two.signal);
      let count = 0;
      one.signal.addEventListener('abort', () => two.abort('two'));
      signal.addEventListener('abort', () => count++);
      one.abort('one');
      expect([count, signal.reason]).to.deep.equal([1, 'one']);
    });
  }

  it('tells in the order in which the signals were made, the one of the TaskController first', () => {
    const controller = new TaskController();
    const signals: AbortSignal[] = [controller.signal];
    for (const from of [0, 0, 1, 2]) signals.push(any(signals[from]!));
    let heard = '';
    for (const [i, signal] of signals.entries()) signal.addEventListener('abort', () => (heard += `${i}`));
    controller.abort();
    expect(heard).to.equal('01234');
  });

  it('has the priority that it is given, else user-visible, or that of another signal', () => {
    expect(any().priority).to.equal('user-visible');
    const fixed = TaskSignal.any([], { priority: 'background' });
    expect(fixed.priority).to.equal('background');
    expect(TaskSignal.any([], { priority: fixed }).priority).to.equal('background');
  });

  it('follows the priority of another signal, through signals in between, in the order in which they were made', () => {
    const controller = new TaskController();
    const signals: TaskSignal[] = [controller.signal];
    for (const from of [0, 0, 1, 2]) signals.push(TaskSignal.any([], { priority: signals[from]! }));
    let heard = '';
    for (const [i, signal] of signals.entries()) {
      signal.onprioritychange = ({ target }) => {
        if (target === signal) heard += `${i}`;
      };
    }
    controller.setPriority('background');
    expect([heard, ...signals.map(({ priority }) => priority)]).to.deep.equal([
      '01234',
      ...Array<string>(5).fill('background'),
    ]);
  });

  it('does not tell a signal of the change during which it was made', () => {
    const controller = new TaskController();
    let heard = 0;
    controller.signal.onprioritychange = () => {
      const signal = TaskSignal.any([], { priority: controller.signal });
      expect(signal.priority).to.equal('background');
      signal.onprioritychange = () => heard++;
    };
    controller.setPriority('background');
    expect(heard).to.equal(0);
  });

  it('follows one signal for its priority, and others for aborting', () => {
    const [urgency, stop] = [new TaskController(), new AbortController()];
    const signal = TaskSignal.any([stop.signal], { priority: urgency.signal });
    urgency.abort();
    expect(signal.aborted).to.equal(false);
    stop.abort();
    urgency.setPriority('background');
    expect([signal.aborted, signal.priority]).to.deep.equal([true, 'background']);
  });
});
