import { expect } from 'chai';
import fc from 'fast-check';
import { Subject, debounceTime } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { errorOf } from '../support/support.js';

const pool = new ThreadPool({ name: 'pool' });
const runner = pool.createSequencedTaskRunner({ name: 'io' });

describe('env.at', () => {
  let env: TaskEnvironment;
  let log: string[];
  const write = (name: string) => () => void log.push(`${name}@${env.now()}`);

  beforeEach(() => {
    env = new TaskEnvironment();
    log = [];
  });

  afterEach(() => env.dispose({ allowPending: true }));

  it('acts at the frames of a diagram, one millisecond each', () => {
    env.at('--x--y', { x: write('x'), y: write('y') });
    env.advanceBy(2);
    expect(log).to.deep.equal(['x@2']);
    env.advanceBy(3);
    expect(log).to.deep.equal(['x@2', 'y@5']);
  });

  it('knows groups and time progression', () => {
    env.at('a 10ms (bc) 1s d', { a: write('a'), b: write('b'), c: write('c'), d: write('d') });
    env.advanceBy(2_000);
    expect(log).to.deep.equal(['a@0', 'b@11', 'c@11', 'd@1015']);
  });

  it('begins the diagram now', () => {
    env.advanceBy(100);
    env.at('-x', { x: write('x') });
    env.advanceBy(1);
    expect(log).to.deep.equal(['x@101']);
  });

  it('acts before the tasks that are due in the same moment, and never at once', () => {
    runner.postDelayedTask(write('task'), 1);
    runner.postTask(write('ready'));
    env.at('xy', { x: write('x'), y: write('y') });
    expect(log).to.deep.equal([]);
    env.advanceBy(1);
    expect(log).to.deep.equal(['x@0', 'ready@0', 'y@1', 'task@1']);
  });

  it('merges diagrams: those of one moment act in the order in which they were given', () => {
    env.at('-a-b', { a: write('a'), b: write('b') });
    env.at('-c', { c: write('c') });
    env.advanceBy(3);
    expect(log).to.deep.equal(['a@1', 'c@1', 'b@3']);
  });

  it('is something that comes next, for runUntil and nextTaskDelay, and no task of its own for step', () => {
    env.at('---x', { x: () => void runner.postTask(write('posted')) });
    expect(env.nextTaskDelay()).to.equal(3);
    expect(env.step()).to.equal(false);
    env.runUntil(() => log.length > 0);
    expect(log).to.deep.equal(['posted@3']);
    env.at('x', { x: () => void runner.postTask(write('posted')) });
    expect(env.step()).to.equal(true);
    expect(log).to.have.length(2);
  });

  it('drives a stream', () => {
    const input = new Subject<string>();
    input.pipe(debounceTime(3, runner)).subscribe((text) => write(text)());
    const type = (text: string) => () => input.next(text);
    env.at('a-b----c', { a: type('r'), b: type('rx'), c: type('rxjs') });
    env.advanceBy(20);
    expect(log).to.deep.equal(['rx@5', 'rxjs@10']);
  });

  it('lets the promises of an act settle before the tasks of its moment', async () => {
    env.at('-x', { x: () => void Promise.resolve().then(write('promise')) });
    runner.postDelayedTask(write('task'), 1);
    await env.advanceByAsync(1);
    expect(log).to.deep.equal(['promise@1', 'task@1']);
  });

  it('throws for a mark without an act, an act without a mark, and what is no mark', () => {
    const x = write('x');
    const start = "The diagram 'x-y' has the mark 'y', for which ";
    expect(errorOf(() => env.at('x-y', { x })).message).to.equal(`${start}there is no act.`);
    const wrong = errorOf(() => env.at('x-y', { x, y: 5 as never }));
    expect(wrong.message).to.equal(`${start}the act must be a function; got 5.`);
    expect(errorOf(() => env.at('x-', { x, z: x })).message).to.equal("The act 'z' is nowhere in the diagram 'x-'.");
    expect(errorOf(() => env.at('x-|', { x })).message).to.contain("the mark '|'");
    expect(errorOf(() => env.at('--^x', { x })).message).to.contain("'^'");
    expect(errorOf(() => env.at('-x!', { x })).message).to.contain('"!"');
    expect(errorOf(() => env.at('x', Object.create({ x }) as { x: () => void }))).to.be.instanceOf(TypeError);
    expect(env.nextTaskDelay()).to.equal(Infinity);
  });

  it('is not forgotten: dispose tells which acts never came', () => {
    env.at('x--y', { x: write('x'), y: write('y') });
    env.advanceBy(1);
    expect(errorOf(() => env.dispose()).message).to.contain("The act 'y' of 'x--y' (its time never came)");
  });

  it('places every mark where testScheduler.run() does', () => {
    const piece = fc.constantFrom('-', 'a', '(ab)', ' 3ms ', ' 0.5s ', '(a-b)', ' ', '5');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const diagram = pieces.join('');
        const expected = new TestScheduler(() => undefined).run(() =>
          TestScheduler.parseMarbles(diagram, undefined, undefined, false, true),
        );
        const seen: { frame: number; value: string }[] = [];
        const marks = new Set(expected.map(({ notification }) => (notification as { value: string }).value));
        env.dispose();
        env = new TaskEnvironment();
        env.at(
          diagram,
          Object.fromEntries([...marks].map((value) => [value, () => seen.push({ frame: env.now(), value })])),
        );
        env.advanceBy(20_000);
        expect(seen).to.deep.equal(
          expected.map(({ frame, notification }) => ({ frame, value: (notification as { value: string }).value })),
        );
      }),
    );
  });
});
