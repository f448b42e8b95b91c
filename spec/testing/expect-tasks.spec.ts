import { expect } from 'chai';
import { timer } from 'rxjs';
import { type Runner, type TaskHandle, ThreadPool } from '../../src/index.js';
import { type ExpectedTasks, expectTasks, type TaskTarget } from '../../src/testing/rows/expect-tasks.js';
import type { LetterOptions } from '../../src/testing/rows/letters.js';
import { MarbleAssertionError } from '../../src/testing/marbles/marble-assertion-error.js';
import { recordTasks } from '../../src/testing/rows/recording.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { inRun } from './support/in-run.js';

const pool = new ThreadPool({ name: 'app', onTaskError: () => undefined });
const other = new ThreadPool({ name: 'other' });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });
const elsewhere = other.createSequencedTaskRunner({ name: 'elsewhere' });

/** Posts, and evaluates what was expected of it: null, or the message. */
function evaluated(
  post: () => void,
  expected: ExpectedTasks,
  { target, ...options }: LetterOptions & { target?: TaskTarget } = {},
): string | null {
  return inRun(() => {
    const recorder = recordTasks();
    expectTasks(recorder, target).toBe(expected, options);
    post();
    return () => recorder.checks.map((check) => check.evaluate()).find((message) => message !== null) ?? null;
  });
}

/** A task that holds its sequence for some frames. */
const long = (runner: Runner, at: number, frames: number, name: string): TaskHandle<unknown> =>
  runner.postDelayedTask(() => timer(frames), at, { name });
const short = (runner: Runner, at: number, name: string): TaskHandle<unknown> =>
  runner.postDelayedTask(() => undefined, at, { name });

describe('expectTasks', () => {
  it('reads each run of a named task as its letter at its frame, by lane', () => {
    const post = () => {
      short(ui, 2, 'answer');
      short(indexing, 3, 'build');
      short(pool, 5, 'check');
    };
    expect(evaluated(post, { 'user-blocking': '--a---', 'user-visible': '-----c', 'best-effort': '---b--' })).to.equal(
      null,
    );
  });

  it('or by the names of runners', () => {
    const post = () => {
      short(ui, 1, 'answer');
      long(indexing, 2, 3, 'build');
    };
    expect(evaluated(post, { ui: '-a', indexing: '--b==' })).to.equal(null);
  });

  it('a task that returned an observable shows its length: as many columns as the frames it holds its sequence', () => {
    const post = () => {
      long(ui, 1, 3, 'a');
      short(ui, 1, 'b');
      long(ui, 1, 2, 'c');
    };
    expect(evaluated(post, { ui: '-a==(bc)' })).to.not.equal(null);
    expect(evaluated(post, { ui: ['-a==b', '    c='] })).to.not.equal(null);
    expect(evaluated(post, { ui: ['-a==b', '----c='] })).to.equal(null);
  });

  it('a task that was cancelled while it ran shows ! at that frame, and one that failed #', () => {
    const post = () => {
      const load = long(ui, 0, 9, 'load');
      timer(3).subscribe(() => load.cancel());
      indexing.postDelayedTask(
        () => {
          throw new Error('no');
        },
        1,
        { name: 'build' },
      );
    };
    expect(evaluated(post, { ui: 'l==!', indexing: '-(b#)' })).to.equal(null);
  });

  it('a task that has not ended when the run is over shows >', () => {
    const post = () => void ui.postDelayedTask(() => new Promise(() => undefined), 2, { name: 'wait' });
    expect(evaluated(post, { ui: '--w>' })).to.equal(null);
    expect(evaluated(post, { ui: '--w' })).to.be.a('string');
  });

  it('compares the order within a frame, as a group', () => {
    const post = () => {
      for (const name of ['a', 'b', 'c']) short(ui, 1, name);
    };
    expect(evaluated(post, { ui: '-(abc)' })).to.equal(null);
    expect(evaluated(post, { ui: '-(bac)' })).to.match(/frame 1 of 'ui': expected the order b a c, got a b c\./);
  });

  it('takes several rows where runs overlap, and does not mind which run is in which of them', () => {
    const post = () => {
      for (const name of ['a', 'b', 'c']) long(pool, 1, 3, name);
    };
    expect(evaluated(post, { 'user-visible': ['-a==', '-b==', '-c=='] })).to.equal(null);
    expect(evaluated(post, { 'user-visible': ['-c==', '-a==', '-b=='] })).to.equal(null);
    expect(evaluated(post, { 'user-visible': '-(a==b==c==)' })).to.equal(null);
  });

  it('ignores tasks without a name and actions, unless they are given a letter', () => {
    const post = () => {
      ui.schedule(() => undefined, 1);
      ui.postTask(() => undefined, { priority: 'best-effort' });
      short(ui, 2, 'a');
    };
    expect(evaluated(post, { ui: '--a' })).to.equal(null);
    expect(evaluated(post, { ui: '**a' }, { unnamed: '*' })).to.equal(null);
  });

  it('takes letters other than the first of the name', () => {
    const post = () => {
      short(ui, 1, 'load');
      short(ui, 2, 'list');
    };
    expect(evaluated(post, { ui: '-ll' })).to.equal(null);
    expect(evaluated(post, { ui: '-lL' }, { letters: { list: 'L' } })).to.equal(null);
    expect(() => evaluated(post, { ui: '-l=' }, { letters: { list: '=' } })).to.throw(
      TypeError,
      "A letter must be one character other than a sign; got '='.",
    );
  });

  it('looks at the tasks of one pool, of one runner, or of several', () => {
    const post = () => {
      short(ui, 1, 'a');
      short(indexing, 1, 'b');
      short(elsewhere, 1, 'c');
    };
    expect(evaluated(post, { ui: '-a', indexing: '-b', elsewhere: '-c' })).to.equal(null);
    expect(evaluated(post, { ui: '-a', indexing: '-b' }, { target: pool })).to.equal(null);
    expect(evaluated(post, { ui: '-a' }, { target: ui })).to.equal(null);
    expect(evaluated(post, { ui: '-a', elsewhere: '-c' }, { target: [ui, other] })).to.equal(null);
  });

  it('wants what it does not name to be empty', () => {
    const post = () => {
      short(ui, 1, 'a');
      short(indexing, 2, 'b');
    };
    expect(evaluated(post, { ui: '-a' })).to.match(/frame 2 of 'indexing': expected nothing, got b\./);
    expect(evaluated(post, {})).to.match(/frame 1 of 'user-blocking': expected nothing, got a\./);
    expect(evaluated(() => undefined, {})).to.equal(null);
  });

  it('shows expected and actual rows aligned, a caret under the first frame that differs', () => {
    const message = evaluated(
      () => {
        short(ui, 2, 'answer');
        long(indexing, 3, 4, 'build');
        short(pool, 5, 'check');
      },
      { 'user-blocking': '--a---a', 'user-visible': '-----c', 'best-effort': '---b==' },
    );
    expect(message).to.equal(
      [
        "Tasks ran otherwise than expected, first in frame 6 of 'user-blocking': expected a, got nothing.",
        '',
        '                           0',
        '  user-blocking  expected  --a---a',
        '                 actual    --a----',
        '                                 ^',
        '  user-visible             -----c-',
        '  best-effort    expected  ---b==-',
        '                 actual    ---b===',
        '                                 ^',
      ].join('\n'),
    );
  });

  it('leaves out long stretches in which nothing changes, in all rows alike', () => {
    const message = evaluated(
      () => {
        short(ui, 150, 'answer');
        long(indexing, 0, 200, 'build');
      },
      { ui: '151ms a', indexing: 'b= 197ms =' },
    );
    expect(message).to.equal(
      [
        "Tasks ran otherwise than expected, first in frame 150 of 'ui': expected nothing, got a.",
        '',
        '                      0        149       199',
        '  ui        expected  -- 147ms --a- 46ms -',
        '            actual    -- 147ms -a-- 46ms -',
        '                                ^',
        '  indexing            b= 147ms ==== 46ms =',
      ].join('\n'),
    );
  });

  it('says of one that expects nothing that it does', () => {
    const checks = inRun(() => {
      const recorder = recordTasks();
      expectTasks(recorder, pool);
      return () => recorder.checks;
    });
    expect(checks.map((check) => check.evaluate())).to.deep.equal([
      'expectTasks() expects nothing until toBe() says what.',
    ]);
  });

  it('says where it stands', () => {
    const checks = inRun(() => {
      const recorder = recordTasks();
      expectTasks(recorder, pool).toBe({});
      return () => recorder.checks;
    });
    expect(checks[0]!.where).to.match(/expect-tasks\.spec\.ts:\d+$/);
  });

  it('is evaluated by verify(), on clocks that are not of marbles()', () => {
    const env = new TaskEnvironment();
    const recorder = recordTasks();
    expectTasks(recorder, ui).toBe({ ui: '-a' });
    short(ui, 1, 'a');
    env.advanceBy(5);
    recorder.verify();
    expectTasks(recorder, ui).toBe({ ui: '--a' });
    expectTasks(recorder, ui).toBe({ ui: '-b' });
    env.dispose();
    expect(() => recorder.verify()).to.throw(
      MarbleAssertionError,
      /frame 1 of 'ui': expected nothing, got a\.[^]* expected at .*expect-tasks\.spec\.ts:\d+\n\nTasks[^]*expected b, got a\./,
    );
    recorder.verify();
  });

  it('expects one thing: a second toBe() throws, lest the first were lost', () => {
    inRun(() => {
      const expectation = expectTasks(recordTasks());
      expectation.toBe({ ui: '-a' });
      expect(() => expectation.toBe({})).to.throw(Error, 'toBe() was called twice');
      return () => undefined;
    });
  });

  it('throws at once when a row means nothing', () => {
    expect(() => evaluated(() => undefined, { ui: '-a|' })).to.throw(SyntaxError, "In the row '-a|'");
  });
});
