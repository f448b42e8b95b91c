// Checks the package in bundlers: packs the library, installs the tarball and the bundlers in a copy of the project of
// scripts/check-bundlers/, and builds programs there, which then run in Node and in Chromium. So do the projects of
// examples/threads/. Prints a table of sizes, and one line per check; the output of a check is shown only if it fails.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { openChromium } from './chromium.mjs';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const temp = mkdtempSync(join(tmpdir(), 'rxjs-task-runner-'));
const project = join(temp, 'project');
const windows = process.platform === 'win32';

/** Minified and gzipped, with rxjs external. With all of the library along, either would have some 30 kB. */
const LIMITS = { checker: 1_500, pool: 20_480 };
const PLATFORMS = ['browser', 'node'];

/** Nothing here takes a minute: a program that does not end by itself is a failure too. */
const limits = { timeout: 120_000, maxBuffer: 1 << 24 };
const npm = (cwd, ...args) => run('npm', args, { ...limits, cwd, shell: windows });
const INSTALL = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--loglevel=error'];
const node = (cwd, ...args) => run(process.execPath, args, { ...limits, cwd });
const load = (file) => import(pathToFileURL(file).href);

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

/** One project for all: the bundlers, rxjs and the library, as a user installs it. */
async function install() {
  cpSync(join(import.meta.dirname, 'check-bundlers'), project, { recursive: true });
  // `npm pack` runs the build ("prepack"), so what is checked is never stale.
  const { stdout } = await npm(root, 'pack', '--json', '--loglevel=error', `--pack-destination=${temp}`);
  const [{ filename }] = JSON.parse(stdout.slice(stdout.search(/^\[/m)));
  await npm(project, 'install', ...INSTALL, join(temp, filename));
}

/** A copy of a project of examples/threads/, whose packages are those of the project that was installed. */
function copyExample(name) {
  const source = join(root, 'examples', 'threads', name);
  const copy = join(temp, name);
  cpSync(source, copy, { recursive: true, filter: (path) => !path.startsWith(join(source, 'node_modules')) });
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  for (const [key, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    const installed = JSON.parse(readFileSync(join(project, 'node_modules', key, 'package.json'), 'utf8')).version;
    if (key !== 'rxjs-task-runner') assert.equal(installed, version, `${key} of examples/threads/${name}`);
  }
  return copy;
}

/** What a file adds to a page. Each is minified by esbuild, since not every bundler does so by itself. */
async function sizeOf(file) {
  const { code } = await transform(readFileSync(file, 'utf8'), { minify: true, format: 'esm', target: 'es2022' });
  return gzipSync(code, { level: 9 }).length;
}

async function checkBundler(name, bundle) {
  const row = {};
  const outfileOf = (entry, platform) => join(project, `built-${name}`, `${entry}.${platform}.mjs`);
  for (const platform of PLATFORMS) {
    for (const [entry, limit] of Object.entries(LIMITS)) {
      const outfile = outfileOf(entry, platform);
      await check(`${name} builds ${entry} for ${platform} without warnings, below ${limit} bytes`, async () => {
        assert.deepEqual(await bundle({ entry: join(project, `${entry}.js`), platform, outfile }), []);
        row[`${entry}, ${platform}`] = await sizeOf(outfile);
        assert.ok(row[`${entry}, ${platform}`] < limit, `${row[`${entry}, ${platform}`]} bytes`);
      });
    }
  }
  await check(`${name}: a bundle for Node runs there, with the rxjs of Node`, async () => {
    const { handle, ThreadPool } = await load(outfileOf('pool', 'node'));
    const require = createRequire(join(project, 'pool.js'));
    assert.equal(await handle, 42);
    assert.ok(handle instanceof require('rxjs').Subscription);
    // A bundle has its own copy of what it bundles.
    assert.notEqual(ThreadPool, require('rxjs-task-runner').ThreadPool);
  });
  // rollup needs a plugin for CommonJS.
  if (name === 'rollup') return row;
  for (const platform of PLATFORMS) {
    await check(`${name}: import and require share one copy in a bundle for ${platform}`, async () => {
      const outfile = outfileOf('mixed', platform);
      assert.deepEqual(await bundle({ entry: join(project, 'mixed.js'), platform, outfile }), []);
      assert.equal((await load(outfile)).isOneCopy, true);
    });
  }
  return row;
}

/**
 * Vite's development server runs code for Node module by module; packages are left to Node, unless it is told otherwise. rxjs
 * itself must be left to Node: bundlers for Node find it as CommonJS only.
 */
async function checkViteSsr() {
  const { createServer: createViteServer } = await load(join(project, 'node_modules/vite/dist/node/index.js'));
  const require = createRequire(join(project, 'pool.js'));
  for (const noExternal of [[], ['rxjs-task-runner']]) {
    await check(`vite SSR in development, bundled: ${noExternal.join(', ') || 'nothing'}`, async () => {
      const server = await createViteServer({
        root: project,
        configFile: false,
        appType: 'custom',
        logLevel: 'error',
        server: { middlewareMode: true, ws: false, hmr: false },
        optimizeDeps: { noDiscovery: true },
        ssr: { noExternal },
      });
      try {
        const { handle, ThreadPool } = await server.ssrLoadModule('/pool.js');
        assert.equal(await handle, 42);
        assert.equal(ThreadPool === require('rxjs-task-runner').ThreadPool, noExternal.length === 0);
      } finally {
        await server.close();
      }
    });
  }
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' };

/** Serves a folder as it is: no extension is added, and nothing is looked up. */
async function serve(folder) {
  const server = createServer(({ url }, response) => {
    const file = join(folder, new URL(url, 'http://localhost').pathname);
    const isThere = existsSync(file) && statSync(file).isFile();
    response.writeHead(isThere ? 200 : 404, { 'content-type': TYPES[extname(file)] ?? 'text/plain' });
    response.end(isThere ? readFileSync(file) : '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Opens a page in Chromium, and waits for its result. */
async function checkPage(browser, folder, path, expected) {
  const server = await serve(folder);
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/${path}`);
    await page
      .waitForFunction(`document.querySelector('#result').textContent`, null, { timeout: 20_000 })
      .catch((error) => errors.push(error.message));
    assert.deepEqual(errors, []);
    assert.equal(await page.textContent('#result'), expected);
  } finally {
    await page.close();
    server.close();
  }
}

async function checkPages(browser, { webpack, rspack }) {
  for (const [name, bundle] of Object.entries({ webpack, rspack })) {
    await check(`${name}: a page with a thread`, async () => {
      const folder = join(project, `page-${name}`);
      const outfile = join(folder, 'page.js');
      const entry = join(project, 'page.js');
      assert.deepEqual(await bundle({ entry, platform: 'browser', outfile, isPage: true }), []);
      writeFileSync(
        join(folder, 'index.html'),
        '<!doctype html><output id="result"></output><script type="module" src="page.js"></script>',
      );
      await checkPage(browser, folder, 'index.html', '42');
    });
  }
  await check('examples/threads/vite: the built page counts primes on threads', async () => {
    const example = copyExample('vite');
    const { stderr } = await node(example, 'node_modules/vite/bin/vite.js', 'build');
    assert.equal(stderr, '');
    await checkPage(browser, join(example, 'dist'), 'index.html', '9592 primes');
  });
  await check('a plain page with an import map, and rxjs as one file', async () => {
    const entryPoints = [join(project, 'node_modules/rxjs/dist/esm/index.js')];
    await build({ entryPoints, bundle: true, format: 'esm', outfile: join(project, 'rxjs.js'), logLevel: 'error' });
    await checkPage(browser, project, 'plain.html', '42');
  });
}

async function main() {
  await install();
  const { BUNDLERS } = await load(join(project, 'bundlers.mjs'));
  const table = {};
  for (const [name, bundle] of Object.entries(BUNDLERS)) table[name] = await checkBundler(name, bundle);
  await checkViteSsr();
  await check('examples/threads/node: a program counts primes on threads, without a build', async () => {
    assert.equal((await node(copyExample('node'), 'main.js')).stdout, '9592 primes\n');
  });
  const browser = await openChromium();
  try {
    await checkPages(browser, BUNDLERS);
  } finally {
    await browser.close();
  }
  console.log('\nbytes, minified and gzipped, with rxjs external');
  console.table(table);
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
