import { Subscription, type Unsubscribable, UnsubscriptionError } from 'rxjs';

/** A subscription that carries the links of one group. */
export interface Sibling extends Subscription {
  groupPrev: Sibling | null;
  groupNext: Sibling | null;
}

/**
 * The pending tasks of one parent subscription, as a list with removal in O(1).
 *
 * RxJS keeps a subscription's children in an array and removes them by `indexOf` and `splice`, so that every operator which
 * leaves its pending actions there (`observeOn` above all) is quadratic in its backlog: 300,000 pending values of
 * `observeOn(asapScheduler)` take minutes. But before RxJS stores a child, it calls `_hasParent(parent)` of the child. A
 * task returns true once it has joined the parent's group. The group represents all of them in the parent's array, and is
 * the parent of each of them. So a parent's tasks are torn down together, in the position of the first.
 */
class SiblingGroup implements Unsubscribable {
  /** A ring, so that a task's links alone show whether it is in a group. */
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

  /** Called by RxJS when the task is unsubscribed, because it treats the group as a parent. */
  remove(task: Sibling): void {
    const { groupPrev: previous, groupNext: next } = task;
    if (previous === null || next === null) return;
    previous.groupNext = next;
    next.groupPrev = previous;
    if (this.last === task) this.last = previous === task ? null : previous;
    task.groupPrev = null;
    task.groupNext = null;
  }

  /** The parent is torn down, and its tasks with it, oldest first. An error of one does not stop the others. */
  unsubscribe(): void {
    const errors: unknown[] = [];
    while (this.last !== null) {
      const first = this.last.groupNext!;
      // Removed first. Otherwise a task that throws before it leaves would be found again for ever.
      this.remove(first);
      try {
        first.unsubscribe();
      } catch (error) {
        errors.push(...(error instanceof UnsubscriptionError ? (error.errors as unknown[]) : [error]));
      }
    }
    // The constructor is deprecated, but it is the only error whose parts RxJS reports one by one.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (errors.length > 0) throw new UnsubscriptionError(errors);
  }
}

/** Weak, so that a group lives as long as its parent. No property is added to foreign objects. */
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
      // A task has links for only one group. Other parents store it in their arrays, as RxJS does.
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
