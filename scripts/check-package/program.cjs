// The same as program.mjs, as CommonJS.
const { observeOn, of, toArray } = require('rxjs');
const { ThreadPool } = require('rxjs-task-runner');

const pool = new ThreadPool({ workers: 2 });
const runner = pool.createSequencedTaskRunner();

async function main() {
  const answer = await runner.postTask(() => 42);
  if (answer !== 42) throw new Error(`postTask gave ${answer}`);

  const values = await new Promise((resolve, reject) => {
    of(1, 2, 3).pipe(observeOn(runner), toArray()).subscribe({ next: resolve, error: reject });
  });
  if (String(values) !== '1,2,3') throw new Error(`observeOn gave ${values}`);

  if ((await import('rxjs-task-runner')).ThreadPool !== ThreadPool)
    throw new Error('import and require load two copies');
}

main();
