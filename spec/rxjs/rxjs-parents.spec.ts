import { expect } from 'chai';
import { asapScheduler, Observable, observeOn, Subject, Subscription } from 'rxjs';
import { type Runner, stats, ThreadPool, whenIdle } from '../../src/index.js';
import { areCollected, finalizerCount, macrotask } from '../support/support.js';

describe('The parents of an action', () => {
  let runner: Runner;
  let log: string[];

  beforeEach(() => {
    runner = new ThreadPool().createSequencedTaskRunner();
    log = [];
  });

  function schedule(name: string): Subscription {
    const action = runner.schedule(() => log.push(`${name} runs`));
    action.add(() => log.push(`${name} torn down`));
    return action;
  }

  it('hold one entry for all of them, which leave it without a search', () => {
    const parent = new Subscription();
    const actions = Array.from({ length: 1000 }, () => runner.schedule(() => undefined));
    for (const action of actions) parent.add(action);
    expect(finalizerCount(parent)).to.equal(1);
    for (const action of actions) action.unsubscribe();
    expect(finalizerCount(parent)).to.equal(1);
    parent.unsubscribe();
  });

  it('unsubscribe it when they are: together with its siblings, at the place of the first', async () => {
    const parent = new Subscription();
    parent.add(() => log.push('before'));
    parent.add(schedule('a'));
    parent.add(() => log.push('between'));
    parent.add(schedule('b'));
    parent.unsubscribe();
    expect(log).to.deep.equal(['before', 'a torn down', 'b torn down', 'between']);
    await macrotask();
    expect(log).to.have.lengthOf(4);
  });

  it('that are closed already unsubscribe it at once', () => {
    const parent = new Subscription();
    parent.unsubscribe();
    const action = schedule('a');
    parent.add(action);
    expect(action.closed).to.be.true;
    expect(stats(runner).queued).to.equal(0);
  });

  it('may be two, or three: the first to be unsubscribed ends it, and the others forget it', () => {
    for (const first of [0, 1, 2]) {
      const parents = [new Subscription(), new Subscription(), new Subscription()];
      const action = schedule(`${first}`);
      for (const parent of parents) parent.add(action);
      parents[first]!.unsubscribe();
      expect(action.closed).to.be.true;
      for (const parent of parents) parent.unsubscribe();
    }
    expect(log).to.deep.equal(['0 torn down', '1 torn down', '2 torn down']);
  });

  it('of which there are two both forget it when it is unsubscribed', () => {
    const [one, other] = [new Subscription(), new Subscription()];
    const before = [finalizerCount(one), finalizerCount(other)];
    const action = schedule('a');
    one.add(action);
    other.add(action);
    action.unsubscribe();
    one.unsubscribe();
    other.unsubscribe();
    expect(before).to.deep.equal([0, 0]);
    expect(log).to.deep.equal(['a torn down']);
  });

  it('add it once, however often they are asked to', () => {
    const parent = new Subscription();
    const action = schedule('a');
    for (let i = 0; i < 3; i++) parent.add(action);
    parent.remove(action);
    parent.unsubscribe();
    expect(action.closed).to.be.false;
    action.unsubscribe();
  });

  it('let it go by remove, and take it back by add', () => {
    const [parent, other] = [new Subscription(), new Subscription()];
    const [a, b] = [schedule('a'), schedule('b')];
    for (const action of [a, b]) {
      parent.add(action);
      other.add(action);
    }
    parent.remove(a);
    parent.unsubscribe();
    expect([a.closed, b.closed]).to.deep.equal([false, true]);
    other.remove(a);
    other.unsubscribe();
    expect(a.closed).to.be.false;
    const third = new Subscription();
    third.add(a);
    third.remove(a);
    third.add(a);
    third.unsubscribe();
    expect(a.closed).to.be.true;
  });

  it('spare no sibling when the teardown of one throws, and are told of all errors', () => {
    const parent = new Subscription();
    const errors = [new Error('one'), new Error('two')];
    const actions = [0, 1, 2].map((i) => {
      const action = schedule(`${i}`);
      action.add(() => {
        if (errors[i] !== undefined) throw errors[i];
      });
      parent.add(action);
      return action;
    });
    expect(() => parent.unsubscribe())
      .to.throw()
      .with.property('errors')
      .that.deep.equals(errors);
    expect(actions.map(({ closed }) => closed)).to.deep.equal([true, true, true]);
  });

  it('may be actions and handles themselves', async () => {
    const parent = schedule('parent');
    const child = schedule('child');
    parent.add(child);
    const task = runner.postTask(() => 1);
    child.add(task);
    parent.unsubscribe();
    expect([child.closed, task.state]).to.deep.equal([true, 'cancelled']);
    expect(log).to.deep.equal(['parent torn down', 'child torn down']);
  });

  it('keep few entries after observeOn has delivered 1,000 values', async () => {
    const source = new Subject<number>();
    const received: number[] = [];
    const subscription = source.pipe(observeOn(runner)).subscribe((value) => received.push(value));
    for (let i = 0; i < 1000; i++) source.next(i);
    const pending = deepFinalizerCount(subscription);
    await runner.postTask(() => undefined);
    expect(received).to.have.lengthOf(1000);
    expect(pending).to.be.below(10);
    expect(deepFinalizerCount(subscription)).to.be.below(10);
    subscription.unsubscribe();
  });

  it('are looked at well enough for that: with asapScheduler the same count sees every pending value', () => {
    const source = new Subject<number>();
    const subscription = source.pipe(observeOn(asapScheduler)).subscribe();
    for (let i = 0; i < 1000; i++) source.next(i);
    expect(deepFinalizerCount(subscription)).to.be.above(1000);
    subscription.unsubscribe();
  });

  it('end all pending values of observeOn when the stream is unsubscribed in mid-delivery', async () => {
    const received: number[] = [];
    const values = new Observable<number>((subscriber) => {
      for (let i = 0; i < 100; i++) subscriber.next(i);
    });
    const subscription = values.pipe(observeOn(runner)).subscribe((value) => {
      received.push(value);
      if (value === 9) subscription.unsubscribe();
    });
    await whenIdle(runner);
    expect(received).to.have.lengthOf(10);
    expect(stats(runner).queued).to.equal(0);
  });

  it('and what they deliver, are collected once it is delivered', async () => {
    const source = new Subject<object | null>();
    const subscription = source.pipe(observeOn(runner)).subscribe();
    const emit = (i: number): WeakRef<object> => {
      const value = { i };
      source.next(value);
      return new WeakRef(value);
    };
    const references = Array.from({ length: 10 }, (_, i) => emit(i));
    await runner.postTask(() => undefined);
    expect(await areCollected(references)).to.be.true;
    subscription.unsubscribe();
  });

  it('are collected although their actions were never unsubscribed one by one', async () => {
    const makeParent = (): WeakRef<object> => {
      const parent = new Subscription();
      for (let i = 0; i < 10; i++) parent.add(runner.schedule(() => undefined));
      return new WeakRef(parent);
    };
    expect(await areCollected([makeParent()])).to.be.true;
  });
});

/** The entries of a subscription and of all that hang below it. */
function deepFinalizerCount(root: Subscription): number {
  const seen = new Set<unknown>();
  const visit = (node: unknown): number => {
    if (!(node instanceof Subscription) || seen.has(node)) return 0;
    seen.add(node);
    const { _finalizers: children, destination } = node as unknown as {
      _finalizers: unknown[] | null;
      destination?: unknown;
    };
    return (
      finalizerCount(node) + [...(children ?? []), destination].reduce<number>((sum, child) => sum + visit(child), 0)
    );
  };
  return visit(root);
}
