import { expect } from 'chai';
import { type Outcome, runProgram } from './support/run-program.js';

const WORDS = 2_000;

interface Data {
  readonly chunks: number;
  readonly chunkSize: number;
  readonly definitions: Record<string, string>;
  readonly results: readonly {
    readonly scheduler: string;
    readonly keystrokes: Record<string, number>;
    readonly eventLoopDelay: Record<string, number>;
    readonly indexing: { words: number; fingerprint: string; median: number; rounds: number[] };
    readonly ratio: Record<string, number>;
    readonly slice: Record<string, unknown> & {
      pressed: { at: number; letter: string }[];
      lanes: Record<string, unknown>;
    };
  }[];
}

const runDemo = (...args: string[]): Promise<Outcome> => runProgram('demo/main.ts', ...args);

describe('the demo', function () {
  // Three runs in which somebody types a word, and a process that compiles itself.
  this.timeout(120_000);

  describe('with --json', () => {
    let outcome: Outcome;
    let data: Data;

    before(async () => {
      outcome = await runDemo('--json', '--words', String(WORDS), '--rounds', '1');
      data = JSON.parse(outcome.stdout) as Data;
    });

    it('ends by itself, with exit code 0', () => {
      expect(outcome.code, outcome.stderr).to.equal(0);
    });

    it('tells of the task runner, asyncScheduler and asapScheduler, and what its numbers mean', () => {
      expect(data.results.map(({ scheduler }) => scheduler)).to.deep.equal([
        'task runner',
        'asyncScheduler',
        'asapScheduler',
      ]);
      expect(data.definitions).to.have.all.keys('keystrokes', 'eventLoopDelay', 'indexing');
    });

    it('has all three index the same words in the same order', () => {
      expect(data.chunks).to.equal(Math.ceil(WORDS / data.chunkSize));
      expect(data.results.map(({ indexing }) => indexing.words)).to.deep.equal([WORDS, WORDS, WORDS]);
      const fingerprints = new Set(data.results.map(({ indexing }) => indexing.fingerprint));
      expect([...fingerprints]).to.have.lengthOf(1);
      expect([...fingerprints][0]).to.match(/^[0-9a-f]{16}$/);
    });

    it('answers every key that was pressed, and the first word is typed in any case', () => {
      for (const { keystrokes, slice } of data.results) {
        expect(keystrokes['count']).to.be.at.least('schedule'.length);
        expect(slice.pressed[0]).to.deep.equal({ at: 0, letter: slice['letter'] });
        expect(slice['answeredAfter']).to.be.a('number');
      }
    });

    it('gives every measure as a number, and its ratio to the task runner', () => {
      for (const { keystrokes, eventLoopDelay, indexing, ratio } of data.results) {
        for (const summary of [keystrokes, eventLoopDelay]) {
          expect(summary).to.have.all.keys('count', 'p50', 'p99', 'max');
          for (const value of Object.values(summary)) expect(value).to.be.a('number').at.least(0);
          expect(summary['p99']).to.be.within(summary['p50']!, summary['max']!);
        }
        expect(indexing.rounds).to.deep.equal([indexing.median]);
        expect(ratio).to.have.all.keys('p50', 'p99', 'max', 'eventLoopDelayP99', 'indexing');
        for (const value of Object.values(ratio)) expect(value).to.be.a('number');
      }
      expect(Object.values(data.results[0]!.ratio)).to.deep.equal([1, 1, 1, 1, 1]);
    });

    it('shows which lane ran when', () => {
      for (const { slice } of data.results) {
        expect(slice.lanes).to.have.all.keys('typing', 'indexing');
        for (const lane of Object.values(slice.lanes)) expect(lane).to.be.an('array');
        for (const row of ['loop', 'answered']) expect(slice[row]).to.be.an('array');
      }
    });
  });

  it('prints the same as a report, with a table and a diagram for each scheduler', async () => {
    const { code, stdout } = await runDemo('--words', '50', '--rounds', '1');
    expect(code).to.equal(0);
    for (const row of ['keystroke answered p50', 'event-loop delay   p99', 'dictionary indexed in']) {
      expect(stdout).to.include(row);
    }
    expect(stdout.match(/^event loop {2}/gm)).to.have.lengthOf(3);
  });

  it('explains its options, with exit code 2, when it is given one that it does not know', async () => {
    for (const args of [
      ['--wrods', '10'],
      ['--words', '-1'],
      ['--rounds', '0'],
      ['--feed', 'slow'],
    ]) {
      const { code, stdout, stderr } = await runDemo(...args);
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr, args.join(' ')).to.include('Usage: npm run demo').and.include(args[0]);
    }
  });
});
