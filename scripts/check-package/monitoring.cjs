// The same as monitoring.mjs, as CommonJS.
const { trace } = require('@opentelemetry/api');
const { Registry } = require('prom-client');
const { ThreadPool } = require('rxjs-task-runner');
const { collectTaskMetrics } = require('rxjs-task-runner/metrics');
const { instrumentTasks } = require('rxjs-task-runner/otel');

const pool = new ThreadPool({ name: 'pool' });
const register = new Registry();
const names = [];
const startSpan = (name) => {
  names.push(name);
  return trace.wrapSpanContext({ traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', traceFlags: 0 });
};
const watching = collectTaskMetrics({ register, runners: [pool] });
watching.add(instrumentTasks({ tracerProvider: { getTracer: () => ({ startSpan }) } }));

async function main() {
  await pool.postTask(() => 42, { name: 'watched' });
  const scrape = await register.metrics();
  if (!/ended_total\{runner="pool",.*ending="finished"\} 1/.test(scrape)) throw new Error(`the metrics are\n${scrape}`);
  if (String(names) !== 'watched') throw new Error(`the spans are ${names}`);
  watching.unsubscribe();
}

main();
