import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ENDINGS } from './endings-table.js';

describe('Who is told how a task ends', () => {
  it('is what the table of the README says', () => {
    const readme = readFileSync(`${import.meta.dirname}/../../README.md`, 'utf8');
    const section = readme.slice(readme.indexOf('\n### Who is told how a task ends'));
    const rows = [...section.slice(0, section.indexOf('\n#', 1)).matchAll(/^\| (it .+) \|$/gm)].map((match) =>
      match[1]!.split(' | ').map((cell) => cell.trim()),
    );
    expect(rows).to.deep.equal(ENDINGS);
  });
});
