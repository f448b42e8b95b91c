import { Observable, type ObservableNotification, type Observer, type Subscription } from 'rxjs';
import { currentTask } from '../../kernel/current.js';
import { delayOf } from '../../kernel/delay-manager.js';
import type { Task } from '../../kernel/task.js';
import type { Message } from '../report/message-diagram.js';

/** The task in whose run a message came, and the delay it had been posted with. */
export interface Emitter {
  readonly task: Task;
  readonly delay: number;
}

/** What came out of one observable, and which task each message came from. */
export class RecordedStream {
  readonly messages: Message[] = [];
  /** By index of the message; null for what came from no task. */
  readonly emitters: (Emitter | null)[] = [];

  constructor(private readonly now: () => number) {}

  subscribeTo(observable: Observable<unknown>): Subscription {
    return observable.subscribe(
      record((notification) => {
        const task = currentTask();
        this.messages.push({ frame: this.now(), notification });
        this.emitters.push(task === null ? null : { task, delay: delayOf(task) });
      }, this.now),
    );
  }
}

/** An observer that takes down what comes; of an observable that comes as a value, what that emits, by frames of its own. */
function record(note: (notification: ObservableNotification<unknown>) => void, now: () => number): Observer<unknown> {
  return {
    next: (value) => {
      note({ kind: 'N', value: value instanceof Observable ? materialize(value, now) : value });
    },
    error: (error: unknown) => {
      note({ kind: 'E', error });
    },
    complete: () => {
      note({ kind: 'C' });
    },
  };
}

function materialize(inner: Observable<unknown>, now: () => number): Message[] {
  const messages: Message[] = [];
  const start = now();
  inner.subscribe(
    record((notification) => {
      messages.push({ frame: now() - start, notification });
    }, now),
  );
  return messages;
}
