import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');
/** Inside the project, so that the package's own name is resolved as in the examples. */
const FOLDER = join(ROOT, 'examples', '.readme');

/** The pages whose blocks are programs, each of which prints what its comments say. */
const PAGES = [
  'README.md',
  'docs/how-to.md',
  'docs/monitoring.md',
  'docs/tutorial.md',
  'docs/choosing.md',
  ...readdirSync(join(ROOT, 'docs', 'migration')).map((file) => `docs/migration/${file}`),
];

const blocks = PAGES.flatMap((page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(({ 1: code = '', index }, number) => ({
    title: `${[...text.slice(0, index).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1]} (${page}, block ${number + 1})`,
    file: join(FOLDER, `${page.replaceAll(/\W/g, '-')}-${number}.ts`),
    code,
  }));
});

/** What the comments `// → …` of a block say that it prints. */
function promisedOutput(code: string): string[] {
  return [...code.matchAll(/^\/\/ → (.+)$/gm)].map((match) => match[1]!);
}

describe('The README and the pages of docs/', () => {
  before(() => {
    mkdirSync(FOLDER, { recursive: true });
    for (const { file, code } of blocks) writeFileSync(file, code);
  });

  after(() => {
    rmSync(FOLDER, { recursive: true });
  });

  for (const { title, file, code } of blocks) {
    it(`print what they say under "${title}"`, async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { cwd: ROOT });
      expect(promisedOutput(code)).not.to.be.empty;
      expect(stdout.trimEnd().split('\n')).to.deep.equal(promisedOutput(code));
    }).timeout(30_000);
  }

  it('have only code that the compiler accepts', () => {
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
      config: object;
    };
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
    const program = ts.createProgram(
      blocks.map(({ file }) => file),
      options,
    );
    const problems = ts.getPreEmitDiagnostics(program);
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).to.deep.equal([]);
  }).timeout(60_000);
});
