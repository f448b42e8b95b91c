import { expect } from 'chai';
import { timer } from 'rxjs';
import { type TaskHandle, ThreadPool } from '../../src/index.js';
import { expectTasks } from '../../src/testing/rows/expect-tasks.js';
import { laneDiagram } from '../../src/testing/rows/lane-diagram.js';
import { diagram, recordTasks } from '../../src/testing/rows/recording.js';
import type { TaskRecorder } from '../../src/testing/rows/task-recorder.js';
import { inRun } from './support/in-run.js';

const pool = new ThreadPool({ name: 'app', onTaskError: () => undefined });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });
const unnamed = pool.createSequencedTaskRunner();

const ignore = (handle: TaskHandle<unknown>) => void handle.then(undefined, () => undefined);
const lines = (text: string): string[] => text.split('\n');

function drawn(post: () => void, draw: (recorder: TaskRecorder) => string = (recorder) => diagram(recorder)): string[] {
  return inRun(() => {
    const recorder = recordTasks();
    post();
    return () => lines(draw(recorder));
  });
}

const someWork = () => {
  ui.postDelayedTask(() => undefined, 2, { name: 'answer' });
  ui.postDelayedTask(() => undefined, 2, { name: 'render' });
  indexing.postTask(() => timer(4), { name: 'build' });
  timer(3, ui).subscribe();
};

describe('laneDiagram', () => {
  it('draws time as a column and a row per lane, and says below what the letters stand for', () => {
    expect(drawn(someWork)).to.deep.equal([
      '               0',
      'user-blocking  --(ar)',
      '               ---u--',
      'best-effort    b===--',
      "               b: build of 'indexing' · a: answer of 'ui' · r: render of 'ui' · u: actions of 'ui'",
    ]);
  });

  it('or a row per runner, in the order in which they were first used', () => {
    expect(drawn(someWork, (recorder) => diagram(recorder, { by: 'runner' })).slice(0, 4)).to.deep.equal([
      '          0',
      'indexing  b===--',
      'ui        --(ar)',
      '          ---u--',
    ]);
  });

  it('shows what was cancelled, what failed and what has not ended, and says which is which', () => {
    const rows = drawn(() => {
      const load = ui.postTask(() => timer(9), { name: 'load' });
      timer(3).subscribe(() => load.cancel());
      indexing.schedule(() => {
        throw new Error('no');
      }, 1);
      ignore(pool.postDelayedTask(() => new Promise(() => undefined), 2, { name: 'wait' }));
    });
    expect(rows).to.deep.equal([
      '               0',
      'user-blocking  l==!-',
      'user-visible   --w>-',
      'best-effort    -(i#)',
      "               l: load of 'ui' · i: actions of 'indexing' · w: wait of 'app' · !: cancelled",
      '               #: failed · >: has not ended',
    ]);
  });

  it('gives each thing a letter of its own, those with a name first', () => {
    const rows = drawn(() => {
      unnamed.schedule(() => undefined);
      ui.schedule(() => undefined, 1);
      ['undo', 'update', 'undo', 'uu'].forEach(
        (name, at) => void ui.postDelayedTask(() => undefined, 2 + at, { name }),
      );
    });
    expect(rows[1]).to.equal('user-blocking  -auUui');
    expect(rows[2]).to.equal('user-visible   *-----');
  });

  it('or the letters that expectTasks reads', () => {
    const rows = drawn(
      () => ['undo', 'update'].forEach((name) => void ui.postTask(() => undefined, { name })),
      (recorder) => diagram(recorder, { unique: false }),
    );
    expect(rows.slice(1)).to.deep.equal(['user-blocking  (uu)', "               u: undo of 'ui', update of 'ui'"]);
  });

  it('prints what expectTasks reads', () => {
    const message = inRun(() => {
      const recorder = recordTasks();
      someWork();
      return () => {
        const rows = lines(diagram(recorder, { by: 'runner', unnamed: '*', unique: false }));
        const [building, answering, acting] = rows.slice(1).map((row) => row.slice('indexing  '.length));
        expectTasks(recorder, pool).toBe({ indexing: building!, ui: [answering!, acting!] }, { unnamed: '*' });
        return recorder.checks[0]!.evaluate();
      };
    });
    expect(message).to.equal(null);
  });

  it('shows a stretch of the time, and of what began before it the rest', () => {
    const rows = drawn(
      () => {
        indexing.postTask(() => timer(6), { name: 'build' });
        ui.postDelayedTask(() => undefined, 4, { name: 'answer' });
        ui.postDelayedTask(() => undefined, 9, { name: 'late' });
      },
      (recorder) => laneDiagram(recorder.records, { from: 3, to: 7 }),
    );
    expect(rows).to.deep.equal([
      '               3',
      'user-blocking  -a-',
      'best-effort    ===',
      "               b: build of 'indexing' · a: answer of 'ui'",
    ]);
  });

  it('scales time to a width when frames do not fit, or are no frames', () => {
    const rows = drawn(
      () => {
        for (let at = 0; at < 100; at += 10) ui.postDelayedTask(() => timer(5), at, { name: 'tick' });
        indexing.postDelayedTask(() => undefined, 50, { name: 'build' });
        indexing.postDelayedTask(() => undefined, 51, { name: 'again' });
        pool.postDelayedTask(() => timer(47), 47.5, { name: 'half' });
      },
      (recorder) => diagram(recorder, { width: 20 }),
    );
    expect(rows).to.deep.equal([
      'user-blocking  t=t=t=t=t=t=t=t=t=t=',
      'user-visible   ----------h=========',
      'best-effort    ----------+---------',
      '               a column is 4.75 ms, 95 ms in all',
      "               t: tick of 'ui' · h: half of 'app' · b: build of 'indexing'",
      "               a: again of 'indexing'",
    ]);
  });

  it('says so when no task ran', () => {
    expect(drawn(() => undefined)).to.deep.equal(['(no task ran)']);
    expect(drawn(() => void ui.postDelayedTask(() => undefined, Infinity))).to.deep.equal(['(no task ran)']);
  });
});

describe('diagram', () => {
  it('draws what a pool or a runner has run, when somebody records the clock in force', () => {
    const rows = drawn(
      () => {
        someWork();
        new ThreadPool({ name: 'other' }).postTask(() => undefined, { name: 'elsewhere' });
      },
      () => diagram(indexing),
    );
    expect(rows).to.deep.equal(['             0', 'best-effort  b===', "             b: build of 'indexing'"]);
  });

  it('throws when nobody records the clock in force', () => {
    expect(() => inRun(() => () => diagram(pool))).to.throw(Error, 'Nothing records the clock in force');
  });

  it('draws real time, scaled', async () => {
    const recorder = recordTasks();
    await ui.postTask(() => undefined, { name: 'answer' });
    await indexing.postTask(() => undefined, { name: 'build' });
    recorder.detach();
    const rows = lines(diagram(recorder, { width: 30 }));
    expect(rows[0]).to.match(/^user-blocking {2}-*a[-=]*$/);
    expect(rows[1]).to.match(/^best-effort {4}-*b[-=]*$/);
    expect(rows[0]).to.have.length('user-blocking  '.length + 30);
    expect(rows[2]).to.match(/a column is [\d.e-]+ ms, [\d.]+ ms in all/);
  });
});
