import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { orUsageError, toCount } from '../demo/command-line.js';

export interface Options {
  /** Data instead of a report. */
  readonly json: boolean;
  /** How much of the dictionary. */
  readonly words: number;
  /** How long the person types, in each run. */
  readonly seconds: number;
  /** How often each contender runs. */
  readonly rounds: number;
  readonly threads: number;
}

export const USAGE = `Usage: npm run demo:threads -- [options]

  --json           print the results as JSON, and nothing else, to the standard output
  --words <n>      search in the first n words only (default: all)
  --seconds <n>    type for n seconds in each run; the first word is typed in any case (default: 6)
  --rounds <n>     let each contender run n times (default: 3)
  --threads <n>    how many threads a search is divided among (default: one for each core)
  --help           print this
`;

/**
 * What the command line says; null when it asks for help.
 *
 * @throws UsageError when it says something else
 */
export function readOptions(args: string[]): Options | null {
  const { json, words, seconds, rounds, threads, help } = orUsageError(() => parse(args));
  if (help) return null;
  return {
    json,
    words: words === undefined ? Infinity : toCount('--words', words),
    seconds: toCount('--seconds', seconds),
    rounds: toCount('--rounds', rounds),
    threads: threads === undefined ? availableParallelism() : toCount('--threads', threads),
  };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      words: { type: 'string' },
      seconds: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '3' },
      threads: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}
