import { Observable, type Subscription } from 'rxjs';
import { SequenceChecker, type TaskHandle, type TaskRunner } from 'rxjs-task-runner';

type Listener<T> = (event: T) => void | Promise<void>;

interface Subscriber {
  readonly listener: Listener<never>;
  /** Where the listener runs; the bus's own sequence, unless it has named one. */
  readonly runner: TaskRunner | null;
  /** It has unsubscribed, perhaps while an event was on its way to it. */
  isGone: boolean;
}

/**
 * An event bus that a sequence owns: the table of subscribers is touched by tasks of that sequence only, so it needs no
 * lock, and what order means is plain.
 *
 * - Whoever subscribes before an event is published hears of it; whoever does so later does not.
 * - Events reach a subscriber in the order in which they were published, and one at a time, though it awaits.
 * - A subscriber without a runner of its own holds up the bus: the next event waits for it. One that has a runner does not.
 * - Once it has unsubscribed it hears of nothing, not even of what was published before.
 * - A subscriber that fails hurts neither the others nor the bus: its error is reported as any task's is.
 */
export class EventBus<Events> {
  private readonly subscribers = new Map<keyof Events, Set<Subscriber>>();
  private readonly checker = new SequenceChecker();

  /** @param runner a sequence; whose else its tasks may be does not matter */
  constructor(private readonly runner: TaskRunner) {}

  subscribe<K extends keyof Events>(topic: K, listener: Listener<Events[K]>, runner?: TaskRunner): Subscription {
    const subscriber: Subscriber = { listener, runner: runner ?? null, isGone: false };
    const joining = this.runner.schedule(() => this.subscribersOf(topic).add(subscriber));
    joining.add(() => {
      subscriber.isGone = true;
      if (!this.runner.stats().isShutdown) this.runner.schedule(() => this.forget(topic, subscriber));
    });
    return joining;
  }

  /** The same as a stream: subscribed to when it is, and values come on the bus's sequence. */
  on<K extends keyof Events>(topic: K): Observable<Events[K]> {
    return new Observable((subscriber) => this.subscribe(topic, (event) => subscriber.next(event)));
  }

  /** The handle settles when all who have no runner of their own have dealt with the event: with how many have heard. */
  publish<K extends keyof Events>(topic: K, event: Events[K]): TaskHandle<number> {
    return this.runner.postTask(() => this.deliver(topic, event), { name: `publish ${String(topic)}` });
  }

  private async deliver<K extends keyof Events>(topic: K, event: Events[K]): Promise<number> {
    let count = 0;
    for (const subscriber of [...this.subscribersOf(topic)]) {
      if (subscriber.isGone) continue;
      count++;
      const listener = subscriber.listener as Listener<Events[K]>;
      const call = (): void | Promise<void> => (subscriber.isGone ? undefined : listener(event));
      const name = `listener of ${String(topic)}`;
      if (subscriber.runner !== null) subscriber.runner.postTask(call, { name });
      else await this.runCarefully(call, name);
    }
    return count;
  }

  /** An error goes where that of a task of the bus goes, and the event on to the next. */
  private async runCarefully(call: () => void | Promise<void>, name: string): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.runner.postTask(() => Promise.reject(error as Error), { name });
    }
  }

  private subscribersOf(topic: keyof Events): Set<Subscriber> {
    this.checker.assertCalledOnValidSequence();
    let subscribers = this.subscribers.get(topic);
    if (subscribers === undefined) this.subscribers.set(topic, (subscribers = new Set()));
    return subscribers;
  }

  private forget(topic: keyof Events, subscriber: Subscriber): void {
    const subscribers = this.subscribersOf(topic);
    subscribers.delete(subscriber);
    if (subscribers.size === 0) this.subscribers.delete(topic);
  }
}
