// What the library adds to an application: bundled by esbuild with rxjs external, minified, gzipped. 1 kB is 1,024 bytes.
// It bundles dist/esm, which is what bundlers get: `npm run size` builds it first. `--write` puts the table into docs/sizes.md.
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = `${import.meta.dirname}/..`;
const KERNEL =
  'const runner = new ThreadPool().createSequencedTaskRunner(); runner.postTask(() => 1); runner.schedule(() => 1);';

const LIMITS = {
  kernel: 19.25 * 1024,
  everything: 33.75 * 1024,
  operators: 3 * 1024,
  postTask: 3 * 1024,
  threads: 5.25 * 1024,
  worker: 3 * 1024,
  tracing: 6.25 * 1024,
  metrics: 2.75 * 1024,
  otel: 1.5 * 1024,
};

const VERBS = [
  'postTaskAndReply',
  'postRepeatingTask',
  'postJob',
  'fromTask',
  'bindToSequence',
  'steps',
  'timeLimit',
  'retrying',
  'exponentialDelay',
  'flush',
  'whenIdle',
  'whenRoom',
  'bounded',
  'stats',
  'pendingTasks',
  'hold',
  'rateLimit',
  'clear',
  'runShutdownBlockers',
  'setWorkers',
  'setMaxConcurrency',
  'keyed',
  'createSingleThreadTaskRunner',
  'createFrameTaskRunner',
  'createIdleTaskRunner',
  'createTaskRunner',
  'observeTasks',
  'warnOfStalls',
  'enableDebugMode',
  'useContextHook',
  'SequenceChecker',
  'configure',
];

async function sizeOf(code, external = []) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    external: ['rxjs', ...external],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const kB = (bytes) => `${(bytes / 1024).toFixed(1)} kB`;
const from = (names) => `import { ${names.join(', ')} } from './dist/esm/index.js';`;

/** What an application has already. */
const CORE = ['../base/*', '../host/*', '../kernel/*', '../virtual/*', '../runners/*'];

const kernel = await sizeOf(`${from(['ThreadPool'])} ${KERNEL}`);
const sizes = {
  kernel,
  everything: await sizeOf(`export * from './dist/esm/index.js';`),
  operators: await sizeOf(`export * from './dist/esm/operators/index.js';`, CORE),
  postTask: await sizeOf(`export * from './dist/esm/post-task/index.js';`, CORE),
  threads: await sizeOf(`export { Threads } from './dist/esm/threads/index.js';`, CORE),
  tracing: await sizeOf(`export * from './dist/esm/tracing/index.js';`, [...CORE, '../inspect/*']),
  metrics: await sizeOf(`export * from './dist/esm/metrics/index.js';`, [...CORE, '../inspect/*', 'prom-client']),
  otel: await sizeOf(`export * from './dist/esm/otel/index.js';`, [...CORE, '../inspect/*', '@opentelemetry/api']),
  worker: await sizeOf(`export { serveTasks } from './dist/esm/worker/index.js';`),
};
const NAMES = {
  kernel: 'a pool, a sequenced runner, `schedule` and `postTask`, with virtual time',
  everything: 'everything in the core entry',
  operators: 'the operators, beside the core',
  postTask: "the web's scheduler, beside the core",
  threads: '`Threads`, beside the core',
  tracing: '`traceTasks`, `measureTasks` and `attributeLongTasks`, beside the core with `observeTasks`',
  metrics: '`collectTaskMetrics`, beside the core with `observeTasks`, and prom-client',
  otel: '`instrumentTasks`, beside the core with `observeTasks`, and the API of OpenTelemetry',
  worker: '`serveTasks`, without the core',
};

let isOver = false;
for (const [key, limit] of Object.entries(LIMITS)) {
  isOver ||= sizes[key] > limit;
  console.log(`${sizes[key] > limit ? 'OVER' : 'ok  '} ${sizes[key]} of ${limit} bytes: ${NAMES[key]}`);
}

const rows = [];
for (const verb of VERBS) {
  rows.push([verb, (await sizeOf(`${from(['ThreadPool', verb])} ${KERNEL} export { ${verb} };`)) - kernel]);
}
for (const [verb, bytes] of rows) console.log(`     + ${String(bytes).padStart(5)} bytes: ${verb}`);

if (process.argv.includes('--write')) {
  const table = (lines) => ['| | |', '|---|---|', ...lines.map(([name, text]) => `| ${name} | ${text} |`)].join('\n');
  writeFileSync(
    `${root}/docs/sizes.md`,
    `# Sizes\n\nMinified and gzipped, with rxjs external; 1 kB is 1,024 bytes. \`node scripts/size.mjs --write\` writes this page after a build.\n\n` +
      `${table(Object.entries(NAMES).map(([key, name]) => [name, kB(sizes[key])]))}\n\n` +
      `## What each verb adds\n\n${table(rows.map(([verb, bytes]) => [`\`${verb}\``, `${bytes} bytes`]))}\n`,
  );
}
process.exit(isOver ? 1 : 0);
