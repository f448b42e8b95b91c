/**
 * Why one wants priorities: a dictionary is indexed while somebody searches in it, on three schedulers in turn.
 *
 * Start reading at experiment.ts, which holds the two pipelines; contenders.ts says what they run on.
 */
import { createWriteStream } from 'node:fs';
import { traceTasks } from 'rxjs-task-runner/tracing';
import { runProgram } from './command-line.js';
import { CONTENDERS } from './contenders.js';
import { CHUNK_SIZE, loadChunks } from './dictionary.js';
import { DEBOUNCE_MS, type Run, runExperiment } from './experiment.js';
import { type Options, readOptions, USAGE } from './options.js';
import { PrefixIndex } from './prefix-index.js';
import { Progress } from './progress.js';
import { DEFINITIONS, toReport } from './report.js';
import { type Result, toResults } from './results.js';
import { runRounds } from './rounds.js';

await runProgram(USAGE, readOptions, demonstrate);

async function demonstrate(options: Options): Promise<string> {
  const chunks = loadChunks(options.words);
  const trace = options.trace === undefined ? null : traceTasks(createWriteStream(options.trace), { name: 'demo' });
  const results = toResults(await runAll(chunks, options));
  await trace?.stop();
  if (options.json) return `${JSON.stringify(toData(results, chunks, options), null, 2)}\n`;
  return toReport(results, options, process.stdout.columns || 80);
}

/**
 * All runs fill one index, which is emptied in between, and has been full once before the first: otherwise whether a
 * run finds its memory in place and its code compiled makes more of a difference than the scheduler.
 */
async function runAll(chunks: string[][], { rounds, feed, json }: Options): Promise<Map<string, Run[]>> {
  const words = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const progress = new Progress(process.stderr, 'words', json);
  const index = new PrefixIndex(words);
  for (const chunk of chunks) for (const word of chunk) index.add(word);
  return runRounds(CONTENDERS, rounds, async (contender, title) => {
    index.clear();
    progress.begin(title, words);
    try {
      return await runExperiment(contender, index, chunks, feed, progress.advance);
    } finally {
      progress.end();
    }
  });
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
