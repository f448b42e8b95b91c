import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..', '..');

/** Each page quotes a project that `check:integrations` runs; its files that are neither a test nor support are all shown. */
const PAGES = { 'docs/angular.md': 'examples/angular', 'docs/react.md': 'examples/react' };

for (const [page, folder] of Object.entries(PAGES)) {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(({ 1: code = '', index }) => ({
    code,
    line: text.slice(0, index).split('\n').length,
  }));
  /** What a block says in its first line that it is from: `// examples/react/use-task.ts`. */
  const sourceOf = (code: string): string => /^\/\/ (\S+)\n/.exec(code)?.[1] ?? '';

  describe(`The page ${page}`, () => {
    it('has blocks of code', () => {
      expect(blocks).not.to.be.empty;
    });

    for (const { code, line } of blocks) {
      it(`quotes word for word a file of ${folder} that it names: line ${line}`, () => {
        const source = sourceOf(code);
        expect(source).to.match(new RegExp(`^${folder}/`));
        const quoted = code.slice(code.indexOf('\n') + 1);
        expect(quoted.trim()).not.to.equal('');
        expect(readFileSync(join(ROOT, source), 'utf8')).to.contain(quoted);
      });
    }

    for (const file of readdirSync(join(ROOT, folder)).filter((name) => /^[\w-]+\.tsx?$/.test(name))) {
      if (file === 'search.ts') continue; // a type and a token
      it(`shows a part of ${folder}/${file}`, () => {
        expect(blocks.map(({ code }) => sourceOf(code))).to.include(`${folder}/${file}`);
      });
    }
  });
}
