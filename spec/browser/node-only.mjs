/**
 * The specs that do not run in a page, and why. All others do: scripts/test-browser.mjs sees to it. Of a spec of which only a part
 * needs Node, that part is in a file of its own, named `*.node.spec.ts`.
 */
const READS_FILES = 'It reads files of the repository.';
const RUNS_PROGRAMS = 'It runs programs in processes of their own.';
const DOMAINS = 'Domains are of Node.';
const HANDLES = 'Handles of timers that can be unreferenced are of Node.';
const WORKER_THREADS = 'It runs on worker_threads; spec/browser/web-workers.page.ts is the same on web workers.';
const ASYNC_LOCAL_STORAGE = 'AsyncLocalStorage is of Node.';

export const NODE_ONLY = {
  'spec/docs/docstrings.spec.ts': READS_FILES,
  'spec/docs/frameworks.spec.ts': READS_FILES,
  'spec/docs/migration.spec.ts': READS_FILES,
  'spec/docs/parity.spec.ts': READS_FILES,
  'spec/security.spec.ts': `${READS_FILES} ${RUNS_PROGRAMS}`,
  'spec/promises.spec.ts': `${READS_FILES} ${RUNS_PROGRAMS}`,
  'spec/docs/blocks.spec.ts': `${READS_FILES} ${RUNS_PROGRAMS}`,
  'spec/tasks/endings.node.spec.ts': READS_FILES,

  'spec/examples/demo.spec.ts': RUNS_PROGRAMS,
  'spec/examples/fuzzy-search.spec.ts': 'The examples are not served to the page.',
  'spec/examples/metrics.spec.ts': 'It serves metrics by HTTP.',
  'spec/examples/orders.spec.ts': RUNS_PROGRAMS,
  'spec/examples/programs.spec.ts': RUNS_PROGRAMS,
  'spec/examples/recipes.spec.ts': RUNS_PROGRAMS,
  'spec/examples/threads-demo.spec.ts': RUNS_PROGRAMS,
  'spec/examples/tutorial.spec.ts': `${READS_FILES} ${RUNS_PROGRAMS}`,
  'spec/runners/keep-alive.spec.ts': RUNS_PROGRAMS,
  'spec/virtual/domains.spec.ts': RUNS_PROGRAMS,
  'spec/virtual/zones.spec.ts': RUNS_PROGRAMS,

  'spec/host/host-functions.node.spec.ts': HANDLES,
  'spec/host/immediate-pump.node.spec.ts': 'It needs setImmediate itself.',
  'spec/host/outside.node.spec.ts': `${ASYNC_LOCAL_STORAGE} ${DOMAINS}`,
  'spec/host/zone.node.spec.ts': DOMAINS,
  'spec/inspect/async-context-hook.spec.ts': ASYNC_LOCAL_STORAGE,
  'spec/inspect/sequence-checker.node.spec.ts': 'Across await a task is followed by AsyncLocalStorage.',

  'spec/runners/configure.node.spec.ts': 'Turns grow in Node only; in a page a turn is a message, of at most 64 tasks.',
  'spec/remote/conformance.node.spec.ts': WORKER_THREADS,
  'spec/remote/crashes.node.spec.ts': WORKER_THREADS,
  'spec/metrics/collect-task-metrics.spec.ts': 'prom-client is of Node.',
  'spec/otel/instrument-tasks.spec.ts': ASYNC_LOCAL_STORAGE,
  'spec/tracing/trace-tasks.spec.ts': 'It writes to streams of Node, and runs on worker_threads.',
  'spec/kernel/hidden-classes.spec.ts': 'It asks V8 by functions that a flag of Node gives.',
  'spec/testing/deep-equal.node.spec.ts': 'It compares with isDeepStrictEqual of Node.',
};

/** The specs that would run in a page, but take too long there. */
export const TOO_LONG = {
  'spec/tasks/leaks.spec.ts': 'A million tasks of each kind take two minutes. The heap is of the same engine.',
};
