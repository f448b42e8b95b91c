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
  /** Who makes the spans. Defaults to the global provider, which may be set later. */
  readonly tracerProvider?: TracerProvider | undefined;
  /**
   * What the span of a task is to the span that was active at the post. `'child'` is the default; with `'link'` each task
   * begins a trace of its own, whose first span has a link to that span: for tasks that outlive a request.
   */
  readonly relation?: 'child' | 'link' | undefined;
  /** Whether each run of an action of RxJS has a span too. Defaults to false. */
  readonly actions?: boolean | undefined;
}

/**
 * Makes a span of OpenTelemetry for each posted task, on every clock, until it is unsubscribed.
 *
 * - The span begins at the post and ends when the handle settles; the event `task.started` says when the turn of the task
 *   came. Its name is that of the task, or else of its runner, or else `task`.
 * - It is a child of the span that was active at the post, or has a link to it. What is posted when a task has ended, in its
 *   context, is beside that task and not below it: the runs of `postRepeatingTask`, and replies.
 * - The task's code runs with the span active, across `await`, `yield` and `sleep`, if the SDK has a context manager.
 * - An error is recorded, and is the status of the span, if the task failed or was rejected. To be cancelled is no error.
 * - Attributes: `task.runner`, `task.kind`, `task.priority`, `task.wait_ms` and `task.ending`, for which there are no
 *   conventions; `error.type`; and in debug mode `code.file.path` and `code.line.number` of the post.
 * - It is no context hook, and goes together with any: `useContextHook(asyncContextHook())` brings other stores to the task,
 *   and the active span to actions.
 * - Tasks that have not ended when it is unsubscribed have no span.
 * - docs/monitoring.md has the cost.
 *
 * ```ts
 * instrumentTasks();
 * await tracer.startActiveSpan('request', (span) => database.postTask(query).then(() => span.end()));
 * ```
 *
 * @throws TypeError when an option has a value that it cannot have
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
