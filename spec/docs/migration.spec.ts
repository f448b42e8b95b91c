import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..', '..');
/** Its programs are run, with the packed library, by `check:bundlers`. */
const FOLDER = 'examples/threads/node';

const page = readFileSync(join(ROOT, 'docs', 'migration', 'from-piscina.md'), 'utf8');
const quotations = [...page.matchAll(/^```js\n\/\/ (\S+)\n([^]*?)^```$/gm)];

describe('The page docs/migration/from-piscina.md', () => {
  it('quotes both files of a program with threads', () => {
    expect(quotations.map(([, file]) => file)).to.deep.equal(['primes.tasks.js', 'main.js']);
  });

  for (const [, file = '', code = ''] of quotations) {
    it(`quotes word for word: ${FOLDER}/${file}`, () => {
      expect(readFileSync(join(ROOT, FOLDER, file), 'utf8')).to.contain(code);
    });
  }
});
