import {
  type Attributes,
  type Context,
  createContextKey,
  type Exception,
  type Span,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { TaskEvent, TaskNote } from '../inspect/task-event.js';

const TASK_SPAN = /* @__PURE__ */ createContextKey('the span of a task of rxjs-task-runner');

/** The task whose span is active in a context. */
export function taskSpanIn(active: Context): TaskSpan | undefined {
  const taskSpan = active.getValue(TASK_SPAN) as TaskSpan | undefined;
  // The task's code may have begun a span of its own below.
  return taskSpan !== undefined && trace.getSpan(active) === taskSpan.span ? taskSpan : undefined;
}

/** The span of a posted task, or of one run of an action. */
export class TaskSpan implements TaskNote {
  readonly span: Span;
  /** What the code of the task runs in. */
  readonly inside: Context;
  isOver = false;

  /** @param parent the context of the post */
  constructor(
    readonly keptIn: object,
    tracer: Tracer,
    event: TaskEvent,
    readonly parent: Context,
    isLinked: boolean,
  ) {
    const { runner, name, kind, priority, task } = event;
    const attributes: Attributes = {
      'task.runner': runner.traits.name,
      'task.kind': kind,
      'task.priority': priority,
      ...placeOf(task.postedFrom),
    };
    const active = trace.getSpanContext(parent);
    const links = isLinked && active !== undefined ? [{ context: active }] : [];
    const spanName = name === '' ? kind : name;
    this.span = tracer.startSpan(spanName, { attributes, links, root: isLinked }, parent);
    this.inside = trace.setSpan(parent, this.span).setValue(TASK_SPAN, this);
  }

  start({ waited, priority }: TaskEvent): void {
    const { span } = this;
    if (!span.isRecording()) return;
    span.addEvent('task.started');
    span.setAttribute('task.priority', priority);
    this.setWait(waited);
  }

  end({ type, error, waited, ran }: TaskEvent): void {
    const { span } = this;
    this.isOver = true;
    if (span.isRecording()) {
      // One that never began has waited until now.
      if (Number.isNaN(ran)) this.setWait(waited);
      span.setAttribute('task.ending', type);
      if (type === 'failed' || type === 'rejected') this.fail(error);
    }
    span.end();
  }

  /** `NaN` when nobody saw it being armed. */
  private setWait(waited: number): void {
    if (waited >= 0) this.span.setAttribute('task.wait_ms', waited);
  }

  private fail(error: unknown): void {
    const isError = error instanceof Error;
    const exception: Exception = isError ? error : textOf(error);
    this.span.recordException(exception);
    this.span.setAttribute('error.type', isError ? error.name : '_OTHER');
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: isError ? error.message : textOf(error) });
  }
}

/** What was thrown may be anything, and must not throw again. */
function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that has no text';
  }
}

/** The attributes of a `file:line`. */
function placeOf(postedFrom: string | undefined): Attributes {
  const match = /^(.*):(\d+)$/.exec(postedFrom ?? '');
  return match === null ? {} : { 'code.file.path': match[1]!, 'code.line.number': Number(match[2]) };
}
