import { expect } from 'chai';
import { loadWords } from '../../examples/demo/dictionary.js';
import { search } from '../../examples/threads-demo/fuzzy-search.js';
import type { Result } from '../../examples/threads-demo/results.js';
import { pack } from '../../examples/threads-demo/word-list.js';
import { type Outcome, runProgram } from './support/run-program.js';

const WORDS = 2_000;
const THREADS = 2;
const CONTENDERS = ['on the loop', 'yielding', 'on threads'];
const SHORT = ['--words', String(WORDS), '--seconds', '1', '--rounds', '1', '--threads', String(THREADS)];

interface Data {
  readonly words: number;
  readonly threads: number;
  readonly definitions: Record<string, string>;
  readonly results: readonly Result[];
}

const runDemo = (...args: string[]): Promise<Outcome> => runProgram('threads-demo/main.ts', ...args);

describe('the demo of threads', function () {
  // Three runs in which somebody types a word, and a process that compiles itself.
  this.timeout(120_000);

  describe('with --json', () => {
    let outcome: Outcome;
    let data: Data;

    before(async () => {
      outcome = await runDemo('--json', ...SHORT);
      data = JSON.parse(outcome.stdout) as Data;
    });

    it('ends by itself, with exit code 0', () => {
      expect(outcome.code, outcome.stderr).to.equal(0);
    });

    it('tells of the loop, the loop that yields, and the threads, and what its numbers mean', () => {
      expect(data.results.map(({ name }) => name)).to.deep.equal(CONTENDERS);
      expect(data).to.include({ words: WORDS, threads: THREADS });
      expect(data.definitions).to.have.all.keys('keystrokes', 'eventLoopDelay', 'searches', 'total', 'processorTime');
    });

    it('presses the same keys for all three, and answers each of them', () => {
      const counts = new Set(data.results.map(({ keystrokes }) => keystrokes.count));
      expect([...counts]).to.have.lengthOf(1);
      expect([...counts][0]).to.be.at.least('schedule'.length);
    });

    it('gives the same answers from all three, which are those of the search itself', () => {
      const words = loadWords(WORDS);
      const packed = pack(words);
      const all = { from: 0, to: WORDS };
      for (const { name, answers } of data.results) {
        for (const [text, found] of Object.entries(answers)) {
          const expected = search(packed, text, all).map(({ number }) => words[number]);
          expect(found, `'${text}' ${name}`).to.deep.equal(expected);
        }
      }
      const lastOf = data.results.map(({ answers }) => Object.keys(answers).at(-1));
      expect(new Set(lastOf)).to.have.lengthOf(1);
    });

    it('counts each search as answered or cancelled', () => {
      for (const { name, keystrokes, searches } of data.results) {
        const { begun, answered, cancelled } = searches;
        expect(begun, name).to.be.within(1, keystrokes.count);
        expect(answered, name).to.be.within(1, begun - cancelled);
      }
    });

    it('uses each thread for the search on threads, and none for the others', () => {
      const [loop, yielding, onThreads] = data.results;
      expect(loop!.threads).to.deep.equal([0, 0]);
      expect(yielding!.threads).to.deep.equal([0, 0]);
      expect(onThreads!.threads).to.have.lengthOf(THREADS);
      for (const ran of onThreads!.threads) expect(ran).to.be.greaterThan(0);
    });

    it('shows when each lane and each thread ran', () => {
      for (const { slice } of data.results) {
        expect(slice.lanes).to.have.all.keys('typing', 'search', 'thread 1', 'thread 2');
        expect(slice.pressed.find(({ at }) => at === 0)).to.deep.equal({ at: 0, letter: slice.letter });
        for (const lane of Object.values(slice.lanes)) expect(lane).to.be.an('array');
      }
      expect(data.results[2]!.slice.lanes['search']).to.be.empty;
    });

    it('gives every measure as a number', () => {
      for (const { keystrokes, eventLoopDelay, total, processorTime } of data.results) {
        for (const summary of [keystrokes, eventLoopDelay]) {
          expect(summary).to.have.all.keys('count', 'p50', 'p99', 'max');
          expect(summary.p99).to.be.within(summary.p50, summary.max);
        }
        for (const value of [total, processorTime]) expect(value).to.be.greaterThan(0);
      }
    });
  });

  it('prints the same as a report, with a table, and a row for each lane and thread of each diagram', async () => {
    const { code, stdout, stderr } = await runDemo(...SHORT);
    expect(code, stderr).to.equal(0);
    for (const row of [
      /^ +on the loop +yielding +on threads$/m,
      /^keystroke answered p50/m,
      /^event-loop delay {3}p99/m,
      /^total/m,
    ]) {
      expect(stdout).to.match(row);
    }
    for (const row of ['person', 'typing', 'search', 'thread 1', 'thread 2', 'event loop', 'screen']) {
      expect(stdout.match(new RegExp(`^${row}( {2}|$)`, 'gm')), row).to.have.lengthOf(CONTENDERS.length);
    }
  });

  it('explains its options, with exit code 0, when it is asked for help', async () => {
    const { code, stdout } = await runDemo('--help');
    expect({ code, usage: stdout.split(' -- ')[0] }).to.deep.equal({ code: 0, usage: 'Usage: npm run demo:threads' });
  });

  it('explains its options, with exit code 2, when it is given one that it does not know', async () => {
    for (const args of [
      ['--wrods', '10'],
      ['--words', '-1'],
      ['--seconds', '0.5'],
      ['--threads', 'all'],
    ]) {
      const { code, stdout, stderr } = await runDemo(...args);
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr, args.join(' ')).to.include('Usage: npm run demo:threads').and.include(args[0]);
    }
  });
});
