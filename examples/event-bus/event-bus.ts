import { Observable, type Subscription } from 'rxjs';
import { SequenceChecker, stats, type TaskHandle, type TaskRunner } from 'rxjs-task-runner';

type Listener<T> = (event: T) => void | Promise<void>;

interface Subscriber {
  readonly listener: Listener<never>;
  /** Where the listener runs. Null stands for the bus's own sequence. */
  readonly runner: TaskRunner | null;
  /** Whether it has unsubscribed, perhaps while an event was on its way to it. */
  isGone: boolean;
}

/**
 * An event bus that is owned by a sequence: only tasks of that sequence touch the table of subscribers, so the table needs
 * no lock, and the order of events is the order of posts.
 *
 * - A subscriber hears of the events that are published after it has subscribed, and of no earlier ones.
 * - Events reach a subscriber in the order in which they were published, and one at a time, though it awaits.
 * - The next event waits for a subscriber without a runner of its own. It does not wait for one that has a runner.
 * - A subscriber that has unsubscribed hears nothing more, not even events that were published before.
 * - A subscriber that fails hurts neither the others nor the bus. Its error is reported as that of any task.
 */
export class EventBus<Events> {
  private readonly subscribers = new Map<keyof Events, Set<Subscriber>>();
  private readonly checker = new SequenceChecker();

  /** @param runner a sequenced runner; it may have other tasks too */
  constructor(private readonly runner: TaskRunner) {}

  subscribe<K extends keyof Events>(topic: K, listener: Listener<Events[K]>, runner?: TaskRunner): Subscription {
    const subscriber: Subscriber = { listener, runner: runner ?? null, isGone: false };
    const joining = this.runner.schedule(() => this.subscribersOf(topic).add(subscriber));
    joining.add(() => {
      subscriber.isGone = true;
      if (!stats(this.runner).isShutdown) this.runner.schedule(() => this.forget(topic, subscriber));
    });
    return joining;
  }

  /** A topic as a cold stream. Its values come on the bus's sequence. */
  on<K extends keyof Events>(topic: K): Observable<Events[K]> {
    return new Observable((subscriber) => this.subscribe(topic, (event) => subscriber.next(event)));
  }

  /**
   * Publishes an event. The handle settles when the subscribers without a runner of their own have handled it; the result is
   * the number of subscribers that heard it.
   */
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

  /** An error is reported as that of a task of the bus, and the next subscriber gets the event. */
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
