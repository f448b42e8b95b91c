import { Subscription, UnsubscriptionError, type Unsubscribable } from 'rxjs';
import type { Task } from './task.js';

/**
 * The pending tasks of one parent subscription, as a list from which each leaves in O(1).
 *
 * RxJS keeps a subscription's children in an array and removes them by `indexOf` and `splice`, so that every operator
 * which leaves its pending actions there (`observeOn` above all) is quadratic in its backlog: 300,000 pending values
 * of `observeOn(asapScheduler)` take minutes. But before RxJS stores a child it asks it `_hasParent(parent)`. A task
 * answers yes, once it has joined the parent's group, and the group stands in the array for all of them. So a parent's
 * tasks are torn down together, at the place of the first.
 */
class SiblingGroup implements Unsubscribable {
  private first: Task | null = null;
  private last: Task | null = null;

  add(task: Task): void {
    const { last } = this;
    task.group = this;
    task.groupPrev = last;
    if (last === null) this.first = task;
    else last.groupNext = task;
    this.last = task;
  }

  remove(task: Task): void {
    const { groupPrev, groupNext } = task;
    if (groupPrev === null) this.first = groupNext;
    else groupPrev.groupNext = groupNext;
    if (groupNext === null) this.last = groupPrev;
    else groupNext.groupPrev = groupPrev;
    task.group = null;
    task.groupPrev = null;
    task.groupNext = null;
  }

  /** The parent is torn down, and so are its tasks. One that throws does not spare the others. */
  unsubscribe(): void {
    const errors: unknown[] = [];
    for (let task = this.first; task !== null; task = this.first) {
      try {
        this.remove(task);
        task.unsubscribe();
      } catch (error) {
        errors.push(...(error instanceof UnsubscriptionError ? (error.errors as unknown[]) : [error]));
      }
    }
    if (errors.length > 0) throw new UnsubscriptionError(errors);
  }
}

export type { SiblingGroup };

/** Weak, so that a group lives as long as its parent; no property is put on objects that are not ours. */
const groups = new WeakMap<Subscription, SiblingGroup>();

/** The two methods of RxJS's `Subscription` that TypeScript calls private. They are the same in all of 7.x. */
interface Child {
  _hasParent(parent: Subscription): boolean;
  _removeParent(parent: Subscription): void;
}

/**
 * Lets tasks join groups. A class may not override what TypeScript calls private, hence the assignment; where a
 * version of RxJS has no such methods nothing is assigned, and everything works, only slower.
 */
export function joinParentsInGroups(prototype: Task): void {
  const base = Subscription.prototype as unknown as Partial<Child>;
  const { _hasParent: hasParent, _removeParent: removeParent } = base;
  if (typeof hasParent !== 'function' || typeof removeParent !== 'function') return;

  Object.assign(prototype, {
    _hasParent(this: Task, parent: Subscription): boolean {
      const group = groups.get(parent);
      if (this.group !== null) return this.group === group || hasParent.call(this, parent);
      if (hasParent.call(this, parent)) return true;
      (group ?? groupFor(parent)).add(this);
      return true;
    },
    _removeParent(this: Task, parent: Subscription): void {
      if (this.group !== null && this.group === groups.get(parent)) this.group.remove(this);
      else removeParent.call(this, parent);
    },
  } satisfies Child);
}

function groupFor(parent: Subscription): SiblingGroup {
  const group = new SiblingGroup();
  groups.set(parent, group);
  parent.add(group);
  return group;
}
