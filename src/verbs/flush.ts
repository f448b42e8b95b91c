import { TaskCancelledError } from '../base/errors.js';
import { wait } from '../base/wait.js';
import { currentTask } from '../kernel/current.js';
import { hub } from '../kernel/events.js';
import { Gate } from '../kernel/gate.js';
import { isReady, waitingIn } from '../kernel/inventory.js';
import type { Sequence } from '../kernel/sequence.js';
import { Task } from '../kernel/task.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import type { WaitOptions } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/**
 * Resolves when all tasks posted to `runner` before have ended. Delayed tasks do not count.
 *
 * - For a runner it is a barrier: tasks posted later start later, whatever their priority and kind. O(1).
 * - For a pool it waits for the tasks posted to the pool itself, and for a keyed runner for those of all keys. It does not
 *   delay later tasks. O(tasks).
 *
 * It also resolves in a shutdown: if the earlier tasks are dropped, there is nothing left to wait for.
 *
 * ```ts
 * runner.postTask(write);
 * await flush(runner); // has been written
 * ```
 *
 * @throws TypeError when `runner` is not a runner of this library, or an option is invalid
 */
export function flush(runner: RunnerOrKeys, options?: WaitOptions): Promise<void> {
  const owner = ownerOf('flush', runner);
  const sequences = owner.sequencesOn(schedulerInForce());
  return wait(options, (resolve, reject) => {
    const [sequence] = sequences;
    if (sequence !== undefined && sequence === owner.findWork(sequence.scheduler)) {
      return markEnd(sequence, resolve, reject);
    }
    return awaitAll(sequences.flatMap(outstanding), resolve);
  });
}

/** Marks the place of a flush in the queue, and resolves when its turn comes. */
class FlushMark extends Task {
  constructor(
    sequence: Sequence,
    private readonly resolve: () => void,
    private readonly giveUp: (error: unknown) => void,
  ) {
    super(sequence);
  }

  override get isInternal(): boolean {
    return true;
  }

  override run(): boolean {
    this.resolve();
    // The waiting code continues before the next task, also on a `backToBack` runner.
    this.sequence.scheduler.checkpoint();
    return false;
  }

  override fail(): void {
    // It calls no code that could throw.
  }

  override reject(): void {
    // Nothing to drop.
  }

  override abandon(reason: string): void {
    this.giveUp(new TaskCancelledError(`Cancelled, since ${reason}: a flush.`));
    this.unsubscribe();
  }

  override describe(): string {
    return 'a flush';
  }
}

/** If several tasks run at once, a mark waits for all running tasks, and the tasks behind it wait for the mark. */
class Barrier extends Gate {
  override readonly what = 'a flush';

  override opens(task: Task): boolean {
    return !(task instanceof FlushMark) || task.sequence.running === 0;
  }

  override exit(): void {
    this.callNext();
  }
}

function markEnd(sequence: Sequence, resolve: () => void, reject: (error: unknown) => void): () => void {
  if (outstanding(sequence).length === 0) {
    resolve();
    return () => undefined;
  }
  const { scheduler } = sequence;
  if (!sequence.owner.isSequenced && !sequence.gates.some((gate) => gate instanceof Barrier)) {
    sequence.addGate(new Barrier(scheduler));
  }
  const mark = new FlushMark(sequence, resolve, reject);
  scheduler.arm(mark, 0);
  return () => mark.unsubscribe();
}

/** The queued and running tasks. */
function outstanding(sequence: Sequence): Task[] {
  const current = currentTask();
  const queued = waitingIn(sequence).filter(isReady);
  const running = new Set(sequence.pending());
  if (current?.sequence === sequence) running.add(current);
  return [...queued, ...running].filter((task) => !task.isInternal);
}

/** The waiting callers, by the tasks they wait for. */
const waiting = /* @__PURE__ */ new Map<Task, Set<() => void>>();
let stopListening: () => void = () => undefined;

function awaitAll(tasks: readonly Task[], resolve: () => void): () => void {
  const left = new Set(tasks);
  const tells = tasks.map((task) => {
    const tell = (): void => {
      left.delete(task);
      if (left.size === 0) resolve();
    };
    if (waiting.size === 0) stopListening = hub.listen(listener);
    const others = waiting.get(task);
    if (others === undefined) waiting.set(task, new Set([tell]));
    else others.add(tell);
    return tell;
  });
  if (left.size === 0) resolve();
  return () => {
    tasks.forEach((task, index) => {
      const others = waiting.get(task);
      if (others?.delete(tells[index]!) === true && others.size === 0) forget(task);
    });
  };
}

const listener = {
  ended: (task: Task): void => tellOf(task),
  left: (task: Task): void => tellOf(task),
  moved: (task: Task): void => tellOf(task),
};

function tellOf(task: Task): void {
  const tells = waiting.get(task);
  if (tells === undefined) return;
  forget(task);
  for (const tell of tells) tell();
}

function forget(task: Task): void {
  if (waiting.delete(task) && waiting.size === 0) stopListening();
}
