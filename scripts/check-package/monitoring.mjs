// The entries that need an optional peer, against the installed package. See monitoring.cjs.
import { trace } from '@opentelemetry/api';
import { Registry } from 'prom-client';
import { ThreadPool } from 'rxjs-task-runner';
import { collectTaskMetrics } from 'rxjs-task-runner/metrics';
import { instrumentTasks } from 'rxjs-task-runner/otel';

const pool = new ThreadPool({ name: 'pool' });
const register = new Registry();
const names = [];
const startSpan = (name) => {
  names.push(name);
  return trace.wrapSpanContext({ traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', traceFlags: 0 });
};
const watching = collectTaskMetrics({ register, runners: [pool] });
watching.add(instrumentTasks({ tracerProvider: { getTracer: () => ({ startSpan }) } }));

await pool.postTask(() => 42, { name: 'watched' });
const scrape = await register.metrics();
if (!/ended_total\{runner="pool",.*ending="finished"\} 1/.test(scrape)) throw new Error(`the metrics are\n${scrape}`);
if (String(names) !== 'watched') throw new Error(`the spans are ${names}`);
watching.unsubscribe();
