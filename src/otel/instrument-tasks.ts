import { type Context, context, trace, type Tracer, type TracerProvider } from '@opentelemetry/api';
import type { Subscription } from 'rxjs';
import { demand, demandOneOf, demandOptions } from '../base/demand.js';
import { observedTask, observeTasks } from '../inspect/observe-tasks.js';
import type { TaskEvent } from '../inspect/task-event.js';
import { TaskNotes } from '../inspect/task-notes.js';
import { currentTask, runTasksInside } from '../kernel/current.js';
import type { Task } from '../kernel/task.js';
import { TaskSpan, taskSpanIn } from './task-span.js';

/** Options of `instrumentTasks`. */
export interface InstrumentOptions {
  /** The provider of the tracer. Defaults to the global provider, which may be set later. */
  readonly tracerProvider?: TracerProvider | undefined;
  /**
   * How the span of a task relates to the span that was active at the post. Defaults to `'child'`. With `'link'` each task
   * begins its own trace, whose first span has a link to that span. Use it for tasks that outlive a request.
   */
  readonly relation?: 'child' | 'link' | undefined;
  /** Whether each run of an RxJS action also has a span. Defaults to false. */
  readonly actions?: boolean | undefined;
}

/**
 * Makes an OpenTelemetry span for each posted task, on every clock, until the subscription is unsubscribed.
 *
 * - The span begins at the post and ends when the handle settles. Its event `task.started` marks the start of the task. Its
 *   name is that of the task, or else of its runner, or else `task`.
 * - It is a child of the span that was active at the post, or has a link to it. A task that is posted in the context of an
 *   ended task becomes a sibling of that task, not a child. This applies to the runs of `postRepeatingTask` and to replies.
 * - The span is active in the task's code, also across `await`, `yield` and `sleep`, if the SDK has a context manager.
 * - If the task fails or is rejected, the error is recorded and sets the status of the span. Cancelling is not an error.
 * - Attributes: `task.runner`, `task.kind`, `task.priority`, `task.wait_ms` and `task.ending`, for which there are no
 *   conventions; `error.type`; and in debug mode `code.file.path` and `code.line.number` of the post.
 * - It does not use the context hook, so you can also use one: `useContextHook(asyncContextHook())` carries other stores to
 *   the task, and the active span to actions.
 * - Tasks that have not ended when the subscription is unsubscribed get no span.
 * - For the cost see docs/monitoring.md.
 *
 * ```ts
 * instrumentTasks();
 * await tracer.startActiveSpan('request', (span) => database.postTask(query).then(() => span.end()));
 * ```
 *
 * @throws TypeError when an option is invalid
 */
export function instrumentTasks(options: InstrumentOptions = {}): Subscription {
  demandOptions(options, ['tracerProvider', 'relation', 'actions']);
  const { tracerProvider = trace, relation = 'child', actions = false } = options;
  const isProvider = typeof (tracerProvider as Partial<TracerProvider> | null)?.getTracer === 'function';
  demand(isProvider, 'The option tracerProvider must have the function getTracer', tracerProvider);
  demandOneOf(relation, ['child', 'link'], 'The option relation');
  demand(typeof actions === 'boolean', 'The option actions must be true or false', actions);

  return new Instrumentation(tracerProvider.getTracer('rxjs-task-runner'), relation === 'link', actions).subscription;
}

class Instrumentation {
  readonly subscription: Subscription;
  /** Of posted tasks and runs of actions; kept when they have settled, since their code may go on. */
  private readonly spans = new TaskNotes<TaskSpan>();
  /** Of the last run of an action. */
  private readonly lastRuns = new WeakMap<Task, TaskSpan>();

  constructor(
    private readonly tracer: Tracer,
    private readonly isLinked: boolean,
    private readonly withActions: boolean,
  ) {
    this.subscription = observeTasks().subscribe((event) => this.hear(event));
    // Inside of a context hook, whichever was there first: the hook brings the context of the post, this adds the span.
    this.subscription.add(runTasksInside((task, run) => this.run(task, run)));
  }

  private hear(event: TaskEvent): void {
    const { type, task, kind } = event;
    if (kind === 'action' && !this.withActions) return;
    if (type === 'posted') this.begin(event, this.parent());
    else if (type === 'started') this.start(event);
    else {
      // One that is refused at once was never posted.
      const span = this.spans.get(task) ?? (type === 'rejected' ? this.begin(event, this.parent()) : undefined);
      span?.end(event);
    }
  }

  private run(task: Task, run: () => boolean): boolean {
    const observed = observedTask(task);
    const span = observed === undefined ? undefined : this.spans.get(observed);
    return span === undefined ? run() : context.with(span.inside, run);
  }

  private begin(event: TaskEvent, parent: Context): TaskSpan {
    const span = new TaskSpan(this.spans, this.tracer, event, parent, this.isLinked);
    this.spans.set(event.task, span);
    return span;
  }

  /** It is told just before the task's code is called. */
  private start(event: TaskEvent): void {
    const known = this.spans.get(event.task);
    if (event.kind === 'task') {
      // One that was posted before has no span.
      known?.start(event);
      return;
    }
    const action = currentTask();
    if (action === null) return;
    // An action that is armed again is not posted again: each run is where the first one is.
    const span = known ?? this.begin(event, this.lastRuns.get(action)?.parent ?? context.active());
    this.lastRuns.set(action, span);
    span.start(event);
  }

  /** The context of the post that goes on. What a task posts when it has ended is beside it. */
  private parent(): Context {
    const active = context.active();
    const poster = taskSpanIn(active);
    return poster?.isOver === true ? poster.parent : active;
  }
}
