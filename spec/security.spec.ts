import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');
const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => {
    const text = readFileSync(join(ROOT, 'src', file), 'utf8');
    return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  });

/** All nodes of all sources for which `pick` has a text. */
function found(pick: (node: ts.Node) => string | undefined): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = pick(node);
    if (text !== undefined) texts.push(text);
    ts.forEachChild(node, visit);
  };
  sources.forEach(visit);
  return texts;
}

const isAnyOf = (names: readonly string[]) => (node: ts.Node) =>
  ts.isIdentifier(node) && names.includes(node.text) && !ts.isPropertySignature(node.parent) ? node.text : undefined;

/** Imports all entries, runs tasks of all kinds, and prints which globals are not what they were before. */
const PROGRAM = `
const builtIns = () => [globalThis, Date, Promise, Promise.prototype, Array.prototype, Object.prototype, Function.prototype, Map.prototype,
  EventTarget.prototype, AbortSignal, AbortSignal.prototype, performance, process, queueMicrotask, setTimeout, console];
const look = () => builtIns().map((object) => Object.getOwnPropertyDescriptors(object));
for (const name of Object.getOwnPropertyNames(globalThis)) void globalThis[name]; // Node makes some when they are first read
const before = look();
const entries = await Promise.all(['', '/operators', '/testing', '/threads', '/tracing', '/metrics', '/otel', '/post-task']
  .map((entry) => import('rxjs-task-runner' + entry)));
const { ThreadPool, keyed, observeTasks, whenIdle, postRepeatingTask } = entries[0];
const { debounceTime, of } = await import('rxjs');
const watching = observeTasks().subscribe();
const pool = new ThreadPool();
const runner = pool.createSequencedTaskRunner();
of(1).pipe(debounceTime(1, runner)).subscribe();
await runner.postTask(async ({ sleep }) => {});
await keyed(pool).runner('a').postTask(() => {}, { delay: 1, priority: 'best-effort' });
const repeating = postRepeatingTask(runner, () => repeating.cancel(), { interval: 1 });
await repeating.then(undefined, () => {});
await entries[7].scheduler.postTask(() => {});
await whenIdle(pool);
watching.unsubscribe();
const changed = look().flatMap((now, index) => [...new Set([...Object.keys(now), ...Object.keys(before[index])])].filter((name) => {
  const [a, b] = [before[index][name], now[name]];
  return !Object.is(a?.value, b?.value) || a?.get !== b?.get || a?.writable !== b?.writable;
}).map((name) => index + ' ' + name));
console.log('changed:', changed.join(', '));
`;

/** What SECURITY.md promises. */
describe('The library', () => {
  it('makes no code at run time', () => {
    expect(sources).to.have.length.above(100);
    expect(found(isAnyOf(['eval', 'Function', 'importScripts']))).to.deep.equal([]);
    const dynamicImport = (node: ts.Node): string | undefined =>
      ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.getText() : undefined;
    expect(found(dynamicImport)).to.deep.equal([]);
  });

  it('opens no connection and reads no file', () => {
    const names = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'sendBeacon', 'require', 'createRequire'];
    expect(found(isAnyOf(names))).to.deep.equal([]);
    const nodeModule = (node: ts.Node): string | undefined =>
      ts.isStringLiteral(node) && /^node:\w/.test(node.text) ? node.text : undefined;
    const modules = ['node:async_hooks', 'node:events', 'node:worker_threads'];
    expect([...new Set(found(nodeModule))].sort()).to.deep.equal(modules);
  });

  it('leaves all globals as they were', async () => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    expect(stdout.trim()).to.equal('changed:');
  }).timeout(30_000);
});
