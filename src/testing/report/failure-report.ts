import { laneDiagram } from '../rows/lane-diagram.js';
import { MarbleAssertionError } from '../marbles/marble-assertion-error.js';
import type { Problem } from './problem.js';
import type { TaskRecord } from '../rows/task-record.js';

/** As many problems as are told in full. */
const MOST = 5;
/** As many of the last task runs as are drawn. */
const MOST_RUNS = 100;

/** One error for all that is wrong with a test, with the tasks that ran below it. */
export function failureReport(
  problems: readonly Problem[],
  records: readonly TaskRecord[],
  mostRuns = MOST_RUNS,
): MarbleAssertionError {
  const blocks = problems.slice(0, MOST).map(({ text }) => text);
  if (problems.length > MOST) blocks.push(`… and ${problems.length - MOST} more.`);
  blocks.push(taskBlock(records, mostRuns));
  const [first] = problems;
  return new MarbleAssertionError(
    blocks.filter((block) => block !== '').join('\n\n'),
    join(problems.map(({ expected }) => expected)),
    join(problems.map(({ actual }) => actual)),
    first?.place?.stack,
    first?.cause,
  );
}

function taskBlock(records: readonly TaskRecord[], mostRuns: number): string {
  const begun = records.filter(({ started }) => started !== null);
  if (begun.length === 0) return '';
  const heading = begun.length > mostRuns ? `The last ${mostRuns} of ${begun.length} task runs:` : 'Tasks:';
  const diagram = laneDiagram(begun.slice(-mostRuns), {
    by: 'runner',
    width: 88,
    ...(begun.length > mostRuns ? {} : { from: 0 }),
  });
  return [heading, ...diagram.split('\n').map((line) => `  ${line}`)].join('\n');
}

function join(texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join('\n\n');
}
