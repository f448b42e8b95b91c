import { SequenceViolationError } from '../base/errors.js';
import { runnerCalled } from '../base/names.js';
import { builtinModule } from '../host/builtin-module.js';
import { currentTask, runTasksInside } from '../kernel/current.js';
import type { SequenceOwner } from '../kernel/sequence.js';
import { RUNNING } from '../kernel/place.js';
import type { Task } from '../kernel/task.js';

/** The part of Node's `AsyncLocalStorage` that is used here. */
interface TaskStorage {
  run<R>(store: Task, call: () => R): R;
  getStore(): Task | undefined;
}

let storage: TaskStorage | null | undefined;

/**
 * Asserts that something is used on one sequence only, as Chromium's `SEQUENCE_CHECKER` does.
 *
 * - It binds to the first sequence that uses it. Views of a runner, and its tasks of any priority, belong to one sequence.
 * - `assertCalledOnValidSequence` throws, and `isValid` is false, when it is called from another sequence, from a pool
 *   (whose tasks have no order), or from outside of any task.
 * - It is exact in synchronous code everywhere. In Node it also follows a task across `await`, for tasks that began
 *   after the first checker was made; elsewhere code after an `await` looks like code outside of any task.
 *
 * The first checker puts an `AsyncLocalStorage` around every task of the program. Without checkers there is no cost.
 *
 * ```ts
 * class Account {
 *   private readonly checker = new SequenceChecker();
 *   private balance = 0;
 *   deposit(amount: number) {
 *     this.checker.assertCalledOnValidSequence();
 *     this.balance += amount;
 *   }
 * }
 * ```
 */
export class SequenceChecker {
  private owner: SequenceOwner | null = null;

  constructor() {
    storage ??= followTasksAcrossAwait();
  }

  /** @throws SequenceViolationError naming the sequence it is bound to and the one it was called from */
  assertCalledOnValidSequence(): void {
    const violation = this.use();
    if (violation !== null) throw new SequenceViolationError(violation);
  }

  /**
   * Whether `assertCalledOnValidSequence` would pass here. Use it for code that behaves differently on other sequences. As
   * in Chromium, a result of true counts as a use: it binds an unbound checker. O(1).
   *
   * ```ts
   * function write(line: string): void {
   *   if (checker.isValid()) lines.push(line);
   *   else log.postTask(() => write(line));
   * }
   * ```
   */
  isValid(): boolean {
    return this.use() === null;
  }

  /** Unbinds the checker: it binds to the next sequence that uses it. */
  detach(): void {
    this.owner = null;
  }

  /** The violation if it is used here. If there is none, binds the checker and returns null. */
  private use(): string | null {
    const task = callingTask();
    if (task === null) return `${this.rule()}; called from outside of any task.`;
    const { owner, limit } = task.sequence;
    if (limit !== 1) return `${this.rule()}; called from a parallel runner or a pool, whose tasks have no order.`;
    this.owner ??= owner;
    return this.owner.isSame(owner) ? null : `${this.rule()}; called from ${runnerCalled(owner.name)}.`;
  }

  private rule(): string {
    return this.owner === null
      ? 'This may be used on one sequence only'
      : `This may be used on the sequence of ${runnerCalled(this.owner.name)} only`;
  }
}

function callingTask(): Task | null {
  const running = currentTask();
  if (running !== null) return running;
  // A timer or a promise that outlives its task inherits the task's context, but no longer belongs to the task.
  const resumed = storage?.getStore();
  return resumed?.place === RUNNING ? resumed : null;
}

function followTasksAcrossAwait(): TaskStorage | null {
  const hooks = builtinModule('node:async_hooks');
  if (hooks === undefined) return null;
  const { AsyncLocalStorage } = hooks as { AsyncLocalStorage: new () => TaskStorage };
  const tasks = new AsyncLocalStorage();
  runTasksInside((task, run) => tasks.run(task, run));
  return tasks;
}
