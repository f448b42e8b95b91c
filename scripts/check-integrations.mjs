// Checks the library in the test frameworks and UI frameworks people use: packs it, installs the tarball in copies of the
// projects of examples/, and runs their tests there; those with a tsconfig.json of their own are type-checked first. One line
// per project; its output is shown only if it fails.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const examples = join(root, 'examples');
const temp = mkdtempSync(join(tmpdir(), 'rxjs-task-runner-'));
const windows = process.platform === 'win32';
const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/esm/index.mjs')).href;
const tsc = join(root, 'node_modules/typescript/bin/tsc');

/** Nothing here takes a minute: a program that does not end by itself is a failure too. */
const limits = { timeout: 180_000, maxBuffer: 1 << 24 };
const npm = (cwd, ...args) => run('npm', args, { ...limits, cwd, shell: windows });
// A test runner inside of another one would report to it, and not by its exit code.
const env = { ...process.env };
delete env.NODE_TEST_CONTEXT;
const INSTALL = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--loglevel=error'];
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const node = (cwd, ...args) => run(process.execPath, args, { ...limits, cwd, env });

/**
 * A project runs with what its package.json lists, but for what this library has installed already: that is linked, not
 * downloaded again. `counted` reads the number of passed tests, since a runner that finds no test may well be content.
 */
const PROJECTS = [
  {
    name: 'testing/node-test',
    args: ['--import', tsx, '--test', '--test-reporter=tap', 'marbles.test.ts', 'task-environment.test.ts'],
    counted: /^# pass (\d+)$/m,
  },
  {
    name: 'testing/sinon',
    args: ['--import', tsx, 'node_modules/mocha/bin/mocha.js', '--no-config', 'fake-timers.spec.ts'],
    counted: /(\d+) passing/,
  },
  {
    name: 'testing/vitest',
    args: ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json'],
    counted: /"numPassedTests":(\d+)/,
  },
  {
    name: 'testing/jest',
    args: ['node_modules/jest/bin/jest.js', '--json', '--runInBand'],
    counted: /"numPassedTests":(\d+)/,
  },
  {
    name: 'angular',
    // A process for each file: zone.js cannot be unloaded.
    args: ['--import', tsx, '--test', '--test-reporter=tap', 'ng-zone.test.ts', 'zoneless.test.ts'],
    counted: /^# pass (\d+)$/m,
  },
  {
    name: 'react',
    args: ['--import', tsx, '--test', '--test-reporter=tap', 'react.test.tsx'],
    counted: /^# pass (\d+)$/m,
  },
];

let failures = 0;

async function check({ name, args, counted }, tarball) {
  const began = performance.now();
  let label = name;
  try {
    const project = join(temp, name);
    label = `${name} (${await install(name, project, tarball)})`;
    if (existsSync(join(project, 'tsconfig.json'))) await node(project, tsc, '--noEmit');
    const { stdout } = await node(project, ...args);
    const passed = Number(counted.exec(stdout)?.[1] ?? 0);
    if (passed === 0) throw new Error(`No test has passed.\n${stdout}`);
    console.log(`ok    ${label}: ${passed} passed, ${Math.round((performance.now() - began) / 1000)} s`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${label}`);
    console.log([error.stdout, error.stderr].filter(Boolean).join('\n').trim() || error.stack);
  }
}

/** Makes a copy of a project with the tarball as the library; says in words what else is in it. */
async function install(name, project, tarball) {
  const source = join(examples, name);
  cpSync(source, project, { recursive: true, filter: (path) => !path.startsWith(join(source, 'node_modules')) });
  const { devDependencies, ...manifest } = readJson(join(source, 'package.json'));
  const { devDependencies: own } = readJson(join(root, 'package.json'));
  // In the repository the library is a link to its sources: this is what it shall not be here.
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));

  const wanted = Object.entries(devDependencies).filter(([key]) => key !== 'rxjs-task-runner');
  const isLinked = ([key, version]) => key !== 'rxjs' && own[key] === version;
  const packages = wanted.filter((entry) => !isLinked(entry)).map((entry) => entry.join('@'));
  await npm(project, 'install', ...INSTALL, tarball, ...packages);
  for (const [key] of wanted.filter(isLinked)) {
    const link = join(project, 'node_modules', key);
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { recursive: true, force: true }); // something else may have brought its own
    symlinkSync(join(root, 'node_modules', key), link, 'junction');
  }
  return wanted.map((entry) => entry.join(' ')).join(', ');
}

async function main() {
  // `npm pack` runs the build ("prepack"), so what is checked is never stale.
  const { stdout } = await npm(root, 'pack', '--json', '--loglevel=error', `--pack-destination=${temp}`);
  const [{ filename }] = JSON.parse(stdout.slice(stdout.search(/^\[/m)));
  await Promise.all(PROJECTS.map((project) => check(project, join(temp, filename))));
}

try {
  await main();
} catch (error) {
  failures += 1;
  console.error([error.stdout, error.stderr].filter(Boolean).join('\n').trim() || error);
} finally {
  rmSync(temp, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0);
