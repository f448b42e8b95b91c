// Runs in a process of its own, since zone.js cannot be unloaded. Prints a JSON object of what was seen.
import 'zone.js/node';
import 'zone.js/plugins/proxy';
import 'zone.js/plugins/sync-test';
import 'zone.js/plugins/async-test';
import 'zone.js/plugins/fake-async-test';
import { debounceTime, delay, interval, observeOn, of, Subject, take, timer } from 'rxjs';
import { flush, keyed, postRepeatingTask, type TaskRunner, ThreadPool } from '../../../src/index.js';

interface Zone {
  name: string;
  run<R>(call: () => R): R;
  fork(spec: object): Zone;
}
declare const Zone: {
  current: Zone;
  root: Zone;
  __symbol__(name: string): string;
  ProxyZoneSpec: new () => object;
} & Record<
  string,
  { fakeAsync(test: () => void, options?: object): () => void; tick(ms?: number): void; flush(): number }
>;

const { fakeAsync, tick, flush: flushFake } = Zone[Zone.__symbol__('fakeAsyncTest')]!;
const inFakeAsync = (test: () => void, options?: object): void =>
  Zone.current.fork(new Zone.ProxyZoneSpec()).run(() => fakeAsync(test, options)());
const told: Record<string, string[]> = { A: [], B: [] };
const entries: string[] = [];
const zone = (name: string): Zone =>
  Zone.root.fork({
    name,
    onInvoke: (parent: { invoke(...args: unknown[]): unknown }, _: unknown, target: unknown, call: () => unknown) => {
      entries.push(name);
      return parent.invoke(target, call, null, []);
    },
    onHandleError: (_: unknown, __: unknown, ___: unknown, error: Error) => {
      told[name]!.push(error.message);
      return false;
    },
  });
const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

const a = zone('A');
const b = zone('B');
const seen: Record<string, unknown> = {};
const note = (key: string) => (): void => void (seen[key] = Zone.current.name);

const pool = new ThreadPool();
const one = pool.createSequencedTaskRunner();
const two = pool.createSequencedTaskRunner({ backToBack: true });
a.run(() => of(0).pipe(observeOn(one)).subscribe(note('action of A')));
b.run(() => void two.postTask(note('task of B')));
b.run(() => timer(5, one).subscribe(note('timer of B')));
one.postTask(note('task of nobody'));
await macrotask();

entries.length = 0;
a.run(() => {
  for (let i = 0; i < 3; i++) one.postTask(() => undefined);
});
const afterPost = entries.length;
await macrotask();
seen['entries for three tasks'] = entries.length - afterPost;

b.run(() => {
  one.postTask(() => {
    throw new Error('of B');
  });
});
await macrotask();
seen['errors'] = told;

// fakeAsync counts as fake time.
const inTest: Record<string, unknown[]> = {};
for (const [name, make] of Object.entries<() => TaskRunner>({
  sequenced: () => pool.createSequencedTaskRunner(),
  pool: () => new ThreadPool(),
  keyed: () => keyed<number>(pool).runner(1),
})) {
  const log: unknown[] = [];
  inFakeAsync(() => {
    const runner = make();
    const source = new Subject<string>();
    of('stream')
      .pipe(observeOn(runner))
      .subscribe((value) => log.push(value));
    source.pipe(debounceTime(30, runner)).subscribe((value) => log.push(value));
    of('delayed')
      .pipe(delay(50, runner))
      .subscribe((value) => log.push(value));
    interval(20, runner)
      .pipe(take(2))
      .subscribe((value) => log.push(value));
    source.next('typed');
    const start = runner.now();
    tick(40);
    log.push(runner.now() - start);
    const took = flushFake();
    log.push(`flushed ${took}`);
  });
  inTest[name] = log;
}
seen['in fakeAsync'] = inTest;

// What a test leaves behind is reported by its end, and hurts nobody.
seen['left behind'] = [0, 1000].map((ms) => {
  try {
    inFakeAsync(() => void one.postTask(() => undefined, { delay: ms }), { flush: false });
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
});
seen['afterwards'] = await one.postTask(() => 'task');
seen['afterwards, delayed'] = await one.postTask(() => 'delayed', { delay: 5 });
let runs = 0;
const repeating = postRepeatingTask(one, () => ++runs === 3 && repeating.cancel(), { interval: 1 });
await repeating.then(undefined, () => undefined);
await flush(one);
seen['afterwards, repeating'] = runs;
console.log(JSON.stringify(seen));
process.exit(0);
