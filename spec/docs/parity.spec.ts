import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCS = join(ROOT, 'docs');

const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));

function textOf(file: string): string {
  // What stands in a block of code is no link.
  return readFileSync(file, 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
}

/** What a page links to in this repository: a path, an anchor, or both. */
function linksOf(file: string): string[] {
  const targets = [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
  return [...new Set(targets)].filter((target) => !/^[a-z]+:/.test(target));
}

/** The files of specs and examples that a page names without a link. */
function pathsOf(file: string): string[] {
  const named = /(?<![\w/.])(?:spec|marble-tests|examples|src|bench)\/[\w./-]*\.(?:ts|md|mjs)\b/g;
  return [...new Set(textOf(file).match(named) ?? [])];
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(file: string): string[] {
  return [...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('The pages of docs/', () => {
  for (const page of pages) {
    const file = join(DOCS, page);

    for (const link of linksOf(file)) {
      it(`link to what there is: ${page} to ${link}`, () => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? file : join(dirname(file), path);
        expect(existsSync(target), target).to.equal(true);
        if (anchor !== undefined) expect(anchorsOf(target)).to.include(anchor);
      });
    }

    for (const path of pathsOf(file)) {
      it(`name files that there are: ${page} ${path}`, () => {
        expect(existsSync(join(ROOT, path)), path).to.equal(true);
      });
    }
  }

  it('have a spec in each row of the tables of parity.md, or say that there is no such thing here', () => {
    const rows = textOf(join(DOCS, 'parity.md')).match(/^\|.*\|$/gm) ?? [];
    const cells = rows.map((row) =>
      row
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim()),
    );
    const entries = cells.filter(([first = '']) => !/^[:-]|^(Go|Chromium|here)$/.test(first));
    expect(entries).to.have.length.greaterThan(80);
    for (const cellsOfRow of entries) {
      const spec = cellsOfRow.length === 2 ? cellsOfRow[1] : cellsOfRow[2];
      expect(spec, cellsOfRow.join(' | ')).to.match(/\.spec\.ts\)|^–$/);
      if (spec === '–') expect(cellsOfRow[1]).to.equal('–');
    }
  });
});
