import { parseArgs } from 'node:util';
import { orUsageError, toCount, UsageError } from './command-line.js';
import type { Feed } from './experiment.js';

export interface Options {
  /** Data instead of a report. */
  readonly json: boolean;
  /** How much of the dictionary. */
  readonly words: number;
  /** How often each contender runs. */
  readonly rounds: number;
  readonly feed: Feed;
  /** Where a trace of the tasks goes, if it is wanted. */
  readonly trace: string | undefined;
}

export const USAGE = `Usage: npm run demo -- [options]

  --json           print the results as JSON, and nothing else, to the standard output
  --words <n>      index the first n words only (default: all)
  --rounds <n>     let each scheduler run n times (default: 5)
  --feed <feed>    burst: post all chunks at once, as observeOn does (default)
                   paced: post each chunk when the one before is done, as scheduled(chunks, scheduler) does;
                   asyncScheduler then takes a millisecond per chunk, so this is slow
  --trace <file>   write what the runners do to a file, for https://ui.perfetto.dev; each task costs some
                   microseconds more, so the figures are not for comparing
  --help           print this
`;

/**
 * What the command line says; null when it asks for help.
 *
 * @throws UsageError when it says something else
 */
export function readOptions(args: string[]): Options | null {
  const { json, words, rounds, feed, trace, help } = orUsageError(() => parse(args));
  if (help) return null;
  if (feed !== 'burst' && feed !== 'paced') throw new UsageError(`--feed must be burst or paced; got '${feed}'.`);
  return {
    json,
    words: words === undefined ? Infinity : toCount('--words', words),
    rounds: toCount('--rounds', rounds),
    feed,
    trace,
  };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      words: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      feed: { type: 'string', default: 'burst' },
      trace: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}
