/**
 * Why one wants priorities: a dictionary is indexed while somebody searches in it, on three schedulers in turn.
 *
 * Start reading at experiment.ts, which holds the two pipelines; contenders.ts says what they run on.
 */
import { CONTENDERS } from './contenders.js';
import { CHUNK_SIZE, loadChunks } from './dictionary.js';
import { DEBOUNCE_MS, type Run, runExperiment } from './experiment.js';
import { type Options, readOptions, USAGE, UsageError } from './options.js';
import { PrefixIndex } from './prefix-index.js';
import { Progress } from './progress.js';
import { DEFINITIONS, toReport } from './report.js';
import { type Result, toResults } from './results.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

// Whoever reads us may have read enough (`npm run demo | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const options = readOptions(process.argv.slice(2));
  process.stdout.write(options === null ? USAGE : await demonstrate(options));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(isUsage ? `${error.message}\n\n${USAGE}` : `The demo failed: ${String(error)}\n`);
  process.exitCode = isUsage ? EXIT_USAGE : EXIT_FAILED;
}

async function demonstrate(options: Options): Promise<string> {
  const chunks = loadChunks(options.words);
  const results = toResults(await runAll(chunks, options));
  if (options.json) return `${JSON.stringify(toData(results, chunks, options), null, 2)}\n`;
  return toReport(results, options, process.stdout.columns || 80);
}

/**
 * All runs fill one index, which is emptied in between, and has been full once before the first: otherwise whether a
 * run finds its memory in place and its code compiled makes more of a difference than the scheduler.
 */
async function runAll(chunks: string[][], { rounds, feed, json }: Options): Promise<Map<string, Run[]>> {
  const runs = new Map(CONTENDERS.map(({ name }) => [name, [] as Run[]]));
  const words = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const progress = new Progress(process.stderr, json);
  const index = new PrefixIndex(words);
  for (const chunk of chunks) for (const word of chunk) index.add(word);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < CONTENDERS.length; turn++) {
      // Each round begins with another one, in case that being first makes a difference.
      const contender = CONTENDERS[(round + turn) % CONTENDERS.length]!;
      index.clear();
      progress.begin(`round ${round + 1}/${rounds}  ${contender.name}`, words);
      try {
        runs.get(contender.name)!.push(await runExperiment(contender, index, chunks, feed, progress.advance));
      } finally {
        progress.end();
      }
    }
  }
  return runs;
}

function toData(results: Result[], chunks: string[][], { rounds, feed }: Options): object {
  return {
    node: process.version,
    chunks: chunks.length,
    chunkSize: CHUNK_SIZE,
    debounce: DEBOUNCE_MS,
    feed,
    rounds,
    definitions: DEFINITIONS,
    results,
  };
}
