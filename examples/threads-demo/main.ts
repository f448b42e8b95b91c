/**
 * What threads are good for: a dictionary is searched with typing errors allowed, which takes the processor 100 ms a key.
 *
 * Start reading at experiment.ts, which holds the pipeline; contenders.ts says where its search runs.
 */
import { runProgram } from '../demo/command-line.js';
import { loadWords } from '../demo/dictionary.js';
import { LaneRecorder } from '../demo/lane-recorder.js';
import { Progress } from '../demo/progress.js';
import { runRounds } from '../demo/rounds.js';
import { Machine } from './contenders.js';
import { runExperiment } from './experiment.js';
import { type Options, readOptions, USAGE } from './options.js';
import { DEFINITIONS, MACHINE, toReport } from './report.js';
import { type RunWithThreads, toResults, withThreads } from './results.js';
import { countOf, pack, type WordList } from './word-list.js';

/** One key takes some 90 ms, with the pauses: enough for a bar. */
const KEYS_PER_SECOND = 11;

await runProgram(USAGE, readOptions, demonstrate);

async function demonstrate(options: Options): Promise<string> {
  const words = pack(loadWords(options.words));
  const results = toResults(await runAll(words, options));
  if (!options.json) return toReport(results, countOf(words), options, process.stdout.columns || 80);
  const { seconds, rounds, threads } = options;
  const data = { ...MACHINE, words: countOf(words), seconds, rounds, threads, definitions: DEFINITIONS, results };
  return `${JSON.stringify(data, null, 2)}\n`;
}

async function runAll(
  words: WordList,
  { seconds, rounds, threads, json }: Options,
): Promise<Map<string, RunWithThreads[]>> {
  const progress = new Progress(process.stderr, 'keys', json);
  const machine = new Machine(words, threads);
  try {
    await machine.warmUp(new LaneRecorder());
    return await runRounds(machine.contenders, rounds, async (contender, title) => {
      progress.begin(title, seconds * KEYS_PER_SECOND);
      for (const log of machine.logs) log.clear();
      try {
        const run = await runExperiment(contender, machine, words, seconds * 1_000, progress.advance);
        return withThreads(run, machine.logs);
      } finally {
        progress.end();
      }
    });
  } finally {
    await machine.close();
  }
}
