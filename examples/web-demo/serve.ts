/** `npm run demo:web`: builds the page, and serves it to this machine only. */
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPage } from './build.js';

const USAGE = `Usage: npm run demo:web -- [options]

  --port <number>   the port, of 127.0.0.1; a free one by default
  --build <folder>  writes the page to a folder, and serves nothing
  --help            prints this
`;
const EXIT_USAGE = 2;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
};
/** With these a page may share memory with its workers. Without them each worker has a copy of the words. */
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Serves the files of one folder, and none below it. */
function serve(folder: string, port: number): void {
  const server = createServer((request, response) => {
    const name = basename(new URL(request.url ?? '/', 'http://localhost').pathname) || 'index.html';
    const file = join(folder, name);
    if (!existsSync(file)) {
      response.writeHead(name === 'favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', ...ISOLATED });
    createReadStream(file).pipe(response);
  });
  server.on('error', (error) => fail(error.message, 1));
  server.listen(port, '127.0.0.1', () => {
    console.log(`The demo is at http://127.0.0.1:${(server.address() as AddressInfo).port}/ (Ctrl-C ends it).`);
  });
}

function fail(message: string, code: number): never {
  console.error(message);
  process.exit(code);
}

function readOptions() {
  try {
    const options = { port: { type: 'string' }, build: { type: 'string' }, help: { type: 'boolean' } } as const;
    const { port = '0', build, help } = parseArgs({ options }).values;
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error(`--port must be a port, and not '${port}'`);
    return { port: Number(port), build, help };
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${USAGE}`, EXIT_USAGE);
  }
}

const { port, build, help } = readOptions();
if (help === true) console.log(USAGE);
else if (build !== undefined) {
  await buildPage(build);
  console.log(`The page is in ${build}: serve it with any web server.`);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-task-runner-demo-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
  await buildPage(folder);
  serve(folder, port);
}
