import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = 'examples/recipes';
/** Ends with the message of a test that fails; all others say that they have passed. */
const FAILING = 'failing-test.ts';

const guide = readFileSync(join(ROOT, 'docs', 'testing.md'), 'utf8');
const recipes = readdirSync(join(ROOT, FOLDER)).filter((file) => file.endsWith('.ts'));

/** A block that quotes a file names it in its first line: `// examples/recipes/poll.ts`. */
const quotations = [...guide.matchAll(/^```ts\n\/\/ (examples\/\S+\.ts)\n([^]*?)^```$/gm)].map(
  ({ 1: file = '', 2: code = '', index }) => ({ file, code, line: guide.slice(0, index).split('\n').length }),
);

/** Runs a recipe as a reader would, and gives what it prints. Rejects when its exit code is not 0. */
async function run(file: string): Promise<string> {
  const command = ['--import', 'tsx', `${FOLDER}/${file}`];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT });
  return stdout;
}

describe('The recipes of docs/testing.md', function () {
  // Each is a process that compiles itself.
  this.timeout(30_000);

  for (const file of recipes) {
    it(`run, and print what the page says: ${file}`, async () => {
      const output = await run(file);
      const ending = /^[a-z ]+: passed\n$/m.exec(output);
      expect(ending === null, output).to.equal(file === FAILING);
      const shown = output.slice(0, ending?.index);
      if (shown !== '') expect(guide).to.contain(`\n\`\`\`text\n${shown}\`\`\`\n`);
    });

    it(`are on the page: ${file}`, () => {
      expect(quotations.map((quotation) => quotation.file)).to.include(`${FOLDER}/${file}`);
    });
  }

  for (const { file, code, line } of quotations) {
    it(`are quoted word for word: line ${line} from ${file}`, () => {
      expect(code.trim()).not.to.equal('');
      expect(readFileSync(join(ROOT, file), 'utf8')).to.contain(code);
    });
  }
});
