import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { errorsBetween, similarWords } from '../../examples/tutorial/similar-words.js';
import { WordIndex } from '../../examples/tutorial/word-index.js';
import { runProgram } from './support/run-program.js';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'examples', 'tutorial');
const files = readdirSync(FOLDER);

const words = fc.array(fc.stringMatching(/^[abc]{1,6}$/), { maxLength: 300 });
const text = fc.stringMatching(/^[abc]{0,5}$/);

describe('examples/tutorial', function () {
  // Each program is a process that compiles itself, and one of them has threads that do.
  this.timeout(60_000);

  it('prints what it says, and ends by itself', async () => {
    const source = readFileSync(join(FOLDER, 'main.ts'), 'utf8');
    const promised = [...source.matchAll(/^\/\/ → (.*)\n/gm)].map(([, line]) => `${line}\n`).join('');
    const { code, stdout, stderr } = await runProgram('tutorial/main.ts');
    expect({ code, stdout, stderr }).to.deep.equal({ code: 0, stdout: promised, stderr: '' });
  });

  it('has tests, which pass', async () => {
    const { code, stdout, stderr } = await runProgram('tutorial/search-box.test.ts');
    expect({ code, stdout, stderr }).to.deep.equal({ code: 0, stdout: 'search box: passed\n', stderr: '' });
  });

  it('finds the same words before its index is complete, while it is built, and afterwards', () => {
    fc.assert(
      fc.property(words, text, (all, start) => {
        const index = new WordIndex(all);
        const expected = all.filter((word) => word.startsWith(start)).slice(0, 5);
        expect(index.find(start)).to.deep.equal(expected);
        const building = index.build();
        while (building.next().done !== true) expect(index.find(start)).to.deep.equal(expected);
        expect(index.find(start)).to.deep.equal(expected);
      }),
    );
  });

  it('builds its index in pieces of 100 words', () => {
    const building = new WordIndex(Array.from({ length: 250 }, (_, number) => `word ${number}`)).build();
    expect([...building]).to.have.lengthOf(2);
  });

  it('counts the errors between two words from both sides alike, one for each change', () => {
    expect(errorsBetween('sequence', 'sequense')).to.equal(1);
    expect(errorsBetween('search', 'serach')).to.equal(2);
    expect(errorsBetween('', 'abc')).to.equal(3);
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(errorsBetween(a, b)).to.equal(errorsBetween(b, a));
        expect(errorsBetween(a, b) === 0).to.equal(a === b);
      }),
    );
  });

  it('shows the words that are most like a text first, and none with more than two errors', () => {
    const all = ['task', 'tasks', 'mask', 'search', 'ask', 'trunk'];
    expect(similarWords(all, 'task')).to.deep.equal(['task', 'tasks', 'mask', 'ask']);
  });

  for (const page of ['docs/tutorial.md', 'examples/README.md']) {
    it(`is listed, file by file: ${page}`, () => {
      const content = readFileSync(join(ROOT, page), 'utf8');
      for (const file of files) expect(content, file).to.contain(`\`${file}\``);
    });
  }
});
