import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'examples');
const EVENT_BUS = 'event-bus/main.ts';

const programs = [...readdirSync(FOLDER).filter((file) => file.endsWith('.ts')), EVENT_BUS];
const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');

/** A program ends with what it prints: one comment for each line, as in the README. */
function promised(file: string): string {
  const source = readFileSync(join(FOLDER, file), 'utf8');
  return [...source.matchAll(/^\/\/ → (.*)\n/gm)].map(([, line]) => `${line}\n`).join('');
}

/** Runs a program as a reader would, until it ends by itself. Rejects when its exit code is not 0. */
async function run(file: string): Promise<string> {
  const command = ['--import', 'tsx', `examples/${file}`];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { cwd: ROOT });
  expect(stderr).to.equal('');
  return stdout;
}

describe('The programs of examples/', function () {
  // Each is a process that compiles itself.
  this.timeout(30_000);

  for (const file of programs) {
    it(`print what they say, and end by themselves: ${file}`, async () => {
      expect(promised(file)).not.to.equal('');
      expect(await run(file)).to.equal(promised(file));
    });

    it(`are listed: ${file}`, () => {
      expect(readme).to.contain(`\`${file === EVENT_BUS ? 'event-bus/' : file}\``);
    });

    it(`use the package by its name only: ${file}`, () => {
      const source = readFileSync(join(FOLDER, file), 'utf8');
      const imported = [...source.matchAll(/ from '([^']+)';$/gm)].map(([, name]) => name);
      expect(imported).to.include('rxjs-task-runner');
      expect(imported.filter((name) => name?.startsWith('..'))).to.be.empty;
    });
  }
});
