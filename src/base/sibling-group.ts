import { Subscription, type Unsubscribable, UnsubscriptionError } from 'rxjs';

/** A subscription that carries the links of one group. */
export interface Sibling extends Subscription {
  groupPrev: Sibling | null;
  groupNext: Sibling | null;
}

/**
 * The pending tasks of one parent subscription, as a list from which each leaves in O(1).
 *
 * RxJS keeps a subscription's children in an array and removes them by `indexOf` and `splice`, so that every operator
 * which leaves its pending actions there (`observeOn` above all) is quadratic in its backlog: 300,000 pending values
 * of `observeOn(asapScheduler)` take minutes. But before RxJS stores a child it asks it `_hasParent(parent)`. A task
 * answers yes, once it has joined the parent's group; the group stands in the parent's array for all of them, and in
 * the place of the parent with each of them. So a parent's tasks are torn down together, at the place of the first.
 */
class SiblingGroup implements Unsubscribable {
  /** A ring, so that a task's links alone tell whether it is in a group. */
  private last: Sibling | null = null;

  add(task: Sibling): void {
    const { last } = this;
    const first = last === null ? task : last.groupNext!;
    task.groupPrev = last ?? task;
    task.groupNext = first;
    first.groupPrev = task;
    task.groupPrev.groupNext = task;
    this.last = task;
  }

  /** Called by RxJS when the task is unsubscribed: it takes the group for a parent. */
  remove(task: Sibling): void {
    const { groupPrev: previous, groupNext: next } = task;
    if (previous === null || next === null) return;
    previous.groupNext = next;
    next.groupPrev = previous;
    if (this.last === task) this.last = previous === task ? null : previous;
    task.groupPrev = null;
    task.groupNext = null;
  }

  /** The parent is torn down, and so are its tasks, oldest first. One that throws does not spare the others. */
  unsubscribe(): void {
    const errors: unknown[] = [];
    while (this.last !== null) {
      const first = this.last.groupNext!;
      // Taken out first, or one that throws before it leaves would be met for ever.
      this.remove(first);
      try {
        first.unsubscribe();
      } catch (error) {
        errors.push(...(error instanceof UnsubscriptionError ? (error.errors as unknown[]) : [error]));
      }
    }
    // Deprecated to construct, but the only error whose parts RxJS hands on one by one.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (errors.length > 0) throw new UnsubscriptionError(errors);
  }
}

/** Weak, so that a group lives as long as its parent; no property is put on objects that are not ours. */
const groups = new WeakMap<Subscription, SiblingGroup>();

/** The three methods of RxJS's `Subscription` that TypeScript calls private. They are the same in all of 7.x. */
interface Child {
  _hasParent: (parent: unknown) => boolean;
  _addParent: (parent: unknown) => void;
  _removeParent: (parent: unknown) => void;
}

/**
 * Lets tasks join groups. A class may not override what TypeScript calls private, hence the assignment; where a
 * version of RxJS has no such methods nothing is assigned, and everything works, only slower.
 */
export function joinParentsInGroups(prototype: Sibling): void {
  const base = Subscription.prototype as unknown as Child;
  const { _hasParent: hasParent, _addParent: addParent, _removeParent: removeParent } = base;
  if (![hasParent, addParent, removeParent].every((method) => typeof method === 'function')) return;

  Object.assign(prototype, {
    _hasParent(this: Sibling, parent: Subscription): boolean {
      const group = groups.get(parent);
      if (group !== undefined && hasParent.call(this, group)) return true;
      // The links of a task are for one group. Another parent stores it in its array, as RxJS does.
      if (this.groupNext !== null || hasParent.call(this, parent)) return hasParent.call(this, parent);
      const joined = group ?? groupFor(parent);
      joined.add(this);
      addParent.call(this, joined);
      return true;
    },
    _removeParent(this: Sibling, parent: Subscription): void {
      const group = groups.get(parent);
      if (group === undefined || !hasParent.call(this, group)) {
        removeParent.call(this, parent);
      } else {
        group.remove(this);
        removeParent.call(this, group);
      }
    },
  });
}

function groupFor(parent: Subscription): SiblingGroup {
  const group = new SiblingGroup();
  groups.set(parent, group);
  parent.add(group);
  return group;
}
