import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { Registry } from 'prom-client';
import type { Subscription } from 'rxjs';
import { asyncContextHook, enableDebugMode, observeTasks, useContextHook, warnOfStalls } from 'rxjs-task-runner';
import { collectTaskMetrics } from 'rxjs-task-runner/metrics';
import { instrumentTasks } from 'rxjs-task-runner/otel';
import { measureTasks, traceTasks } from 'rxjs-task-runner/tracing';
import { within } from '../marks.js';
import { oursPosting } from '../peers/of-rxjs.js';
import type { Contender, Measure, Row } from '../rounds.js';
import { burstOf } from './burst.js';
import { inWords, type Scale } from './sizes.js';

const noop = (): void => undefined;

/** What watches tasks from `start` on, until what that returns is called. */
interface Monitor {
  readonly name: string;
  readonly start: () => () => unknown;
}

const monitors: readonly Monitor[] = [
  { name: 'observeTasks()', start: () => until(observeTasks().subscribe(noop)) },
  { name: 'warnOfStalls()', start: () => until(warnOfStalls({ report: noop })) },
  { name: 'enableDebugMode()', start: () => until(enableDebugMode({ report: noop })) },
  {
    name: 'useContextHook(asyncContextHook())',
    start: () => {
      useContextHook(asyncContextHook());
      return () => useContextHook(null);
    },
  },
  {
    name: 'traceTasks(), a stream that keeps up',
    start: () => {
      const trace = traceTasks(new WritableStream<Uint8Array>());
      return () => trace.stop();
    },
  },
  { name: 'measureTasks()', start: () => until(measureTasks()) },
  { name: 'collectTaskMetrics()', start: () => until(collectTaskMetrics({ register: new Registry() })) },
  { name: 'instrumentTasks(), no SDK', start: () => until(instrumentTasks()) },
  {
    name: 'instrumentTasks(), the SDK, no task sampled',
    start: () => withSdk(new BasicTracerProvider({ sampler: new AlwaysOffSampler() })),
  },
  {
    name: 'instrumentTasks(), the SDK, exported one by one',
    start: () => exporting((exporter) => new SimpleSpanProcessor(exporter)),
  },
  {
    name: 'instrumentTasks(), the SDK, exported in batches',
    start: () => exporting((exporter) => new BatchSpanProcessor(exporter)),
  },
];

function until(subscription: Subscription): () => void {
  return () => subscription.unsubscribe();
}

/** Into memory, which is emptied at the end. */
function exporting(processorOf: (exporter: InMemorySpanExporter) => SpanProcessor): () => Promise<void> {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [processorOf(exporter)] });
  const stop = withSdk(provider);
  return async () => {
    stop();
    await provider.shutdown();
  };
}

function withSdk(tracerProvider: BasicTracerProvider): () => void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const instrumentation = instrumentTasks({ tracerProvider });
  return () => {
    instrumentation.unsubscribe();
    context.disable();
  };
}

/** Row 13: what it costs to watch posted tasks, and that it costs nothing once it has been stopped. */
export function insightRows(scale: Scale): Row[] {
  return [1_000, 10_000].map((size) => {
    const measure = nanoseconds(burstOf(size, scale, oursPosting));
    return {
      title: `insight: a posted task that does nothing, in a burst of ${inWords(size)}`,
      metrics: [{ unit: 'ns a task', better: 'less' }],
      rounds: 5,
      warmUp: 1,
      allowance: 5_000,
      contenders: [
        { name: 'nothing', measure },
        ...monitors.map((monitor): Contender => ({ name: monitor.name, measure: watchedBy(monitor, warm(measure)) })),
        ...monitors.map((monitor): Contender => ({
          name: stopped(monitor),
          measure: async () => {
            await watchedBy(monitor, measure)();
            return measure();
          },
        })),
      ],
      marks: monitors.map((monitor) => within(1.2, stopped(monitor), 'nothing')),
      notes: [
        'Stopped again: it has watched bursts just before. In batches the SDK drops spans while 2,048 of them wait.',
      ],
    };
  });
}

function stopped({ name }: Monitor): string {
  return `${name}, stopped again`;
}

/** The time of each task, from how many millions of them there are in a second. */
function nanoseconds(measure: Measure): Measure {
  return async () => (await measure()).map((millions) => 1e3 / millions);
}

/** What a monitor adds at its start is compiled while it runs; what counts is how that goes on. */
function warm(measure: Measure): Measure {
  return async () => {
    for (let i = 0; i < 2; i++) await measure();
    return measure();
  };
}

function watchedBy({ start }: Monitor, measure: Measure): Measure {
  return async () => {
    const stop = start();
    try {
      return await measure();
    } finally {
      await stop();
    }
  };
}
