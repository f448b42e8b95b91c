import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ENDINGS } from './endings-table.js';

describe('How each ending is reported', () => {
  it('is what the table of docs/shutdown.md says', () => {
    const page = readFileSync(`${import.meta.dirname}/../../docs/shutdown.md`, 'utf8');
    const section = page.slice(page.indexOf('\n## How each ending is reported'));
    const rows = [...section.slice(0, section.indexOf('\n#', 1)).matchAll(/^\| (it .+) \|$/gm)].map((match) =>
      match[1]!.split(' | ').map((cell) => cell.trim()),
    );
    expect(rows).to.deep.equal(ENDINGS);
  });
});
