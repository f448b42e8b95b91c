import { expect } from 'chai';
import { Subscription, UnsubscriptionError } from 'rxjs';
import { joinParentsInGroups } from '../../src/base/sibling-group.js';
import { HandScheduler, TinyOwner } from '../kernel/support/hand-scheduler.js';
import { TinyTask } from '../kernel/support/tiny-task.js';

const INTERNALS = ['_hasParent', '_addParent', '_removeParent'] as const;

/** How many entries a subscription keeps for its teardown. RxJS has no public way to ask. */
function entries(subscription: Subscription): number {
  return (subscription as unknown as { _finalizers: unknown[] | null })._finalizers?.length ?? 0;
}

describe('The tasks of one parent', () => {
  const { sequence } = new TinyOwner(new HandScheduler());
  let log: string[];

  beforeEach(() => (log = []));

  /** A task that logs its teardown, as the child of these. */
  function child(name: string, ...parents: Subscription[]): TinyTask {
    const task = new TinyTask(sequence, name);
    task.add(() => log.push(name));
    for (const parent of parents) parent.add(task);
    return task;
  }

  it('take one entry of it, however many they are, and none of its when they leave', () => {
    const parent = new Subscription();
    const tasks = Array.from({ length: 1000 }, (_, i) => child(String(i), parent));
    expect(entries(parent)).to.equal(1);
    for (const task of tasks) task.unsubscribe();
    expect(entries(parent)).to.equal(1);
    expect(tasks.every((task) => task.groupNext === null && task.groupPrev === null)).to.equal(true);
    log = [];
    parent.unsubscribe();
    expect(log).to.be.empty;
  });

  it('are torn down with it, oldest first, at the place of the first', () => {
    const parent = new Subscription(() => log.push('initial'));
    parent.add(() => log.push('before'));
    child('a', parent);
    parent.add(() => log.push('between'));
    child('b', parent);
    child('c', parent);
    parent.unsubscribe();
    expect(log).to.deep.equal(['initial', 'before', 'a', 'b', 'c', 'between']);
  });

  it('leave from the front, the middle and the end', () => {
    const parent = new Subscription();
    const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) => child(name, parent));
    for (const task of [c, a, e]) task!.unsubscribe();
    child('f', parent);
    log = [];
    parent.unsubscribe();
    expect(log).to.deep.equal(['b', 'd', 'f']);
    expect(b!.closed && d!.closed).to.equal(true);
  });

  it('leave, and stay open, when the parent removes them', () => {
    const parent = new Subscription();
    const [a, b] = [child('a', parent), child('b', parent)];
    parent.remove(a);
    parent.unsubscribe();
    expect([a.closed, b.closed]).to.deep.equal([false, true]);
    const other = new Subscription();
    other.add(a);
    other.unsubscribe();
    expect(log).to.deep.equal(['b', 'a']);
  });

  it('are added once, however often they are added', () => {
    const parent = new Subscription();
    const task = child('a', parent, parent, parent);
    parent.remove(task);
    parent.unsubscribe();
    expect(task.closed).to.equal(false);
    expect(log).to.be.empty;
  });

  it('are torn down by either of two parents, and leave the other', () => {
    for (const first of [0, 1]) {
      log = [];
      const parents = [new Subscription(), new Subscription()] as const;
      child('only a', parents[0]);
      child('only b', parents[1]);
      const shared = child('shared', ...parents);
      parents[first]!.unsubscribe();
      expect(shared.closed).to.equal(true);
      parents[1 - first]!.unsubscribe();
      expect(log).to.have.members(['only a', 'only b', 'shared']);
      expect(log).to.have.length(3);
    }
  });

  it('can be removed from either of two parents, and stay with the other', () => {
    for (const first of [0, 1]) {
      log = [];
      const parents = [new Subscription(), new Subscription()] as const;
      const shared = child('shared', ...parents);
      parents[first]!.remove(shared);
      parents[first]!.unsubscribe();
      expect(shared.closed).to.equal(false);
      parents[1 - first]!.unsubscribe();
      expect(log).to.deep.equal(['shared']);
    }
  });

  it('are torn down at once by a parent that is closed, or closing', () => {
    const parent = new Subscription();
    parent.add(() => child('while closing', parent));
    parent.unsubscribe();
    child('after', parent);
    expect(log).to.deep.equal(['while closing', 'after']);
  });

  it('may be torn down by a sibling, or added by one, while the parent closes', () => {
    const parent = new Subscription();
    const a = child('a', parent);
    const b = child('b', parent);
    child('c', parent);
    a.add(() => b.unsubscribe());
    a.add(() => child('d', parent));
    parent.unsubscribe();
    expect(log).to.deep.equal(['a', 'b', 'd', 'c']);
  });

  it('are all torn down when several throw, whose errors come together in one UnsubscriptionError', () => {
    const parent = new Subscription();
    const errors = [new Error('a'), new Error('b'), new Error('b too'), new Error('plain')];
    child('a', parent).add(() => fail(errors[0]!));
    const b = child('b', parent);
    b.add(() => fail(errors[1]!));
    b.add(() => fail(errors[2]!));
    child('c', parent);
    parent.add(() => fail(errors[3]!));
    let thrown: unknown;
    try {
      parent.unsubscribe();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).to.be.instanceOf(UnsubscriptionError);
    expect((thrown as UnsubscriptionError).errors).to.deep.equal(errors);
    expect(log).to.deep.equal(['a', 'b', 'c']);
  });
});

function fail(error: Error): never {
  throw error;
}

describe('joinParentsInGroups', () => {
  const base = Subscription.prototype as unknown as Record<string, unknown>;

  it('builds on three methods of Subscription, the only ones of this version that deal with parents', () => {
    const names = Object.getOwnPropertyNames(Subscription.prototype);
    expect(names.filter((name) => /parent/i.test(name))).to.have.members([...INTERNALS]);
    expect(Object.getOwnPropertyNames(new Subscription())).to.have.members([
      'closed',
      '_parentage',
      '_finalizers',
      'initialTeardown',
    ]);
  });

  it('overrides the two that it must, and leaves Subscription alone', () => {
    const before = INTERNALS.map((name) => base[name]);
    class Joined extends TinyTask {}
    joinParentsInGroups(Joined.prototype);
    expect(Object.keys(Joined.prototype)).to.have.members(['_hasParent', '_removeParent']);
    expect(INTERNALS.map((name) => base[name])).to.deep.equal(before);
  });

  it('does nothing where a version of RxJS lacks one of them', () => {
    for (const name of INTERNALS) {
      const method = Object.getOwnPropertyDescriptor(base, name)!;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete base[name];
      class Apart extends TinyTask {}
      try {
        joinParentsInGroups(Apart.prototype);
      } finally {
        Object.defineProperty(base, name, method);
      }
      expect(Object.keys(Apart.prototype)).to.be.empty;
    }
  });

  it('is not needed: a task without groups is torn down with its parents, and leaves them', () => {
    class PlainTask extends TinyTask {}
    for (const name of ['_hasParent', '_removeParent']) {
      Object.defineProperty(PlainTask.prototype, name, Object.getOwnPropertyDescriptor(base, name)!);
    }
    const { sequence } = new TinyOwner(new HandScheduler());
    const parents = [new Subscription(), new Subscription()] as const;
    const tasks = [1, 2, 3].map(() => new PlainTask(sequence));
    for (const parent of parents) for (const task of tasks) parent.add(task);
    expect(entries(parents[0])).to.equal(3);
    tasks[1]!.unsubscribe();
    expect(parents.map(entries)).to.deep.equal([2, 2]);
    parents[0].unsubscribe();
    expect(tasks.every((task) => task.closed)).to.equal(true);
    expect(entries(parents[1])).to.equal(0);
  });
});
