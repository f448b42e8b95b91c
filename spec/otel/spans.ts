import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

const exporter = new InMemorySpanExporter();
export const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

/** The spans of a spec are kept in memory, and the active one goes across `await`, from here to `stopKeepingSpans`. */
export function keepSpans(): void {
  exporter.reset();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracerProvider);
}

export function stopKeepingSpans(): void {
  trace.disable();
  context.disable();
  propagation.disable();
}

/** Those that have ended, in this order. */
export function spans(): ReadableSpan[] {
  return exporter.getFinishedSpans();
}

export function spanOf(name: string): ReadableSpan {
  const found = spans().filter((span) => span.name === name);
  if (found.length !== 1) throw new Error(`${found.length} spans are called ${name}`);
  return found[0]!;
}

/** The names of all spans, each indented below its parent, in the order in which they began. */
export function spanTree(line = ({ name }: ReadableSpan): string => name): string[] {
  const all = spans();
  const below = (parent: string | undefined, depth: number): string[] =>
    all
      .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
      .sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1])
      .flatMap((span) => ['  '.repeat(depth) + line(span), ...below(span.spanContext().spanId, depth + 1)]);
  return below(undefined, 0);
}
