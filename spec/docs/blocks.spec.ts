import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');
/** Inside the project, so that the package's own name is resolved as in the examples. */
const FOLDER = join(ROOT, 'examples', '.readme');

/** The blocks of these pages are parts of examples, which specs of their own compare and run. */
const QUOTING = ['a-service-that-loses-nothing.md', 'angular.md', 'react.md', 'testing.md'];
const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
const pages = docs.filter((page) => page.endsWith('.md') && !QUOTING.includes(page)).map((page) => `docs/${page}`);

/**
 * A block, and before it what it needs but does not show: a comment `<!-- given … -->`. A first line like `// name.ts` names its file,
 * so that the other blocks of its page can import it.
 */
const BLOCK = /(?:^<!-- given\n([^]*?)^-->\n\n)?^```ts\n((?:\/\/ (\S+)\.ts\n)?[^]*?)^```$/gm;

const blocks = ['README.md', ...pages.sort()].flatMap((page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const folder = join(FOLDER, page.replaceAll(/\W/g, '-'));
  return [...text.matchAll(BLOCK)].map(({ 1: given = '', 2: shown = '', 3: name, index }, number) => ({
    title: `${[...text.slice(0, index).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1]} (${page}, block ${number + 1})`,
    folder,
    file: join(folder, `${name ?? number + 1}.ts`),
    code: `${given}${shown}\nexport {};\n`,
    /** What the comments `// → …` say that it prints. A block without them is a part of a program, which must compile. */
    output: [...shown.matchAll(/^\/\/ → (.+)$/gm)].map((match) => match[1]!),
  }));
});

describe('The blocks of README.md and of docs/', () => {
  before(() => {
    for (const { folder, file, code } of blocks) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, code);
    }
  });

  after(() => {
    rmSync(FOLDER, { recursive: true });
  });

  for (const { title, file, output } of blocks.filter(({ output }) => output.length > 0)) {
    it(`print what they say under "${title}"`, async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { cwd: ROOT });
      expect(stdout.trimEnd().split('\n')).to.deep.equal(output);
    }).timeout(30_000);
  }

  it('have only code that the compiler accepts', () => {
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
      config: object;
    };
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
    const files = blocks.map(({ file }) => file);
    const program = ts.createProgram(files, { ...options, noUnusedLocals: false });
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${relative(FOLDER, file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    expect(problems).to.deep.equal([]);
  }).timeout(60_000);
});
