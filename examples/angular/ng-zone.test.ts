import 'zone.js/node';
import 'zone.js/testing';
import './support/test-bed';
import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, test } from 'node:test';
import {
  ApplicationRef,
  Component,
  ErrorHandler,
  NgZone,
  PendingTasks,
  provideZoneChangeDetection,
} from '@angular/core';
import { fakeAsync, flush, TestBed, tick } from '@angular/core/testing';
import { createApplication } from '@angular/platform-browser';
import { observeOn, of, timer } from 'rxjs';
import { flush as flushRunner, ThreadPool } from 'rxjs-task-runner';
import { SEARCH, type Search } from './search';
import { shown, type, until } from './support/test-bed';
import { TaskRunners } from './task-runners';
import { ZoneSearchBox } from './zone-search-box';

/** `fakeAsync` wants a zone around it; jasmine, jest and vitest have that from zone.js or Angular. */
declare const Zone: {
  readonly current: { fork(spec: object): { run(call: () => void): void } };
  readonly ProxyZoneSpec: new () => object;
};
const inFakeAsync = (test: () => void) => () => Zone.current.fork(new Zone.ProxyZoneSpec()).run(fakeAsync(test));

/** Counts how often Angular has looked at it. */
@Component({ selector: 'the-app', template: '' })
class App {
  checks = 0;
  ngDoCheck(): void {
    this.checks += 1;
  }
}

const aborted: string[] = [];
const errors: unknown[] = [];

/** Not `async`: zone.js, and so `fakeAsync`, does not see native async functions. Angular's CLI compiles them away. */
const search: Search = (text, signal) => {
  signal.addEventListener('abort', () => aborted.push(text));
  return new Promise((resolve) => setTimeout(() => resolve([`${text}1`, `${text}2`]), 20));
};

beforeEach(() => {
  aborted.length = 0;
  errors.length = 0;
  TestBed.configureTestingModule({
    providers: [
      provideZoneChangeDetection(),
      { provide: SEARCH, useValue: search },
      { provide: ErrorHandler, useValue: { handleError: (error: unknown) => errors.push(error) } },
    ],
    rethrowApplicationErrors: false,
  });
});

afterEach(() => TestBed.resetTestingModule());

/** An app that runs: changes are detected by Angular itself, not by `fixture.detectChanges()`. */
function start() {
  const fixture = TestBed.createComponent(App);
  fixture.autoDetectChanges();
  const app = fixture.componentInstance;
  app.checks = 0;
  return { app, ngZone: TestBed.inject(NgZone), applicationRef: TestBed.inject(ApplicationRef) };
}

async function startForErrors() {
  const handler = { provide: ErrorHandler, useValue: { handleError: (error: unknown) => errors.push(error) } };
  const application = await createApplication({ providers: [provideZoneChangeDetection(), handler] });
  return { injector: application.injector, destroy: () => application.destroy() };
}

const sequenced = () => new ThreadPool().createSequencedTaskRunner();

void test('a task that is posted in the zone runs in it, and changes are detected once after each task', async () => {
  const { app, ngZone } = start();
  const runner = sequenced();
  const seen: unknown[] = [];
  // The post is a call into the zone itself, and so has a change detection of its own.
  ngZone.run(() => {
    for (let i = 0; i < 3; i += 1) runner.postTask(() => seen.push([NgZone.isInAngularZone(), app.checks]));
    of(1, 2)
      .pipe(observeOn(runner))
      .subscribe(() => seen.push([NgZone.isInAngularZone(), app.checks]));
    timer(5, runner).subscribe(() => seen.push([NgZone.isInAngularZone(), app.checks]));
  });
  await until(() => seen.length === 6);
  await until(() => ngZone.isStable);
  // One more between the fifth and the sixth: a stream that completes does so in a task of its own.
  assert.deepEqual(
    seen,
    [1, 2, 3, 4, 5, 7].map((checks) => [true, checks]),
  );
  assert.equal(app.checks, 8);
});

void test('what is posted in runOutsideAngular runs outside, and no change is detected', async () => {
  const { app, ngZone } = start();
  const runner = sequenced();
  const seen: boolean[] = [];
  ngZone.runOutsideAngular(() => {
    runner.postTask(() => seen.push(NgZone.isInAngularZone()));
    of(1, 2)
      .pipe(observeOn(runner))
      .subscribe(() => seen.push(NgZone.isInAngularZone()));
    timer(1, runner).subscribe(() => seen.push(NgZone.isInAngularZone()));
  });
  await until(() => seen.length === 4);
  assert.deepEqual(seen, [false, false, false, false]);
  assert.equal(app.checks, 0);
});

void test('a chunk of bulk work outside of the zone may call into it', async () => {
  const { app, ngZone } = start();
  const runner = sequenced();
  await ngZone.runOutsideAngular(async () => {
    for (let chunk = 0; chunk < 50; chunk += 1) {
      runner.postTask(() => (chunk === 49 ? ngZone.run(() => undefined) : undefined));
    }
    await flushRunner(runner);
  });
  assert.equal(app.checks, 1);
});

void test('onUnstable and onStable are told once for each task', async () => {
  const { ngZone } = start();
  const runner = sequenced();
  const log: string[] = [];
  ngZone.onUnstable.subscribe(() => log.push('unstable'));
  ngZone.onStable.subscribe(() => log.push('stable'));
  ngZone.run(() => {
    log.push('post');
    runner.postTask(() => log.push('task 1'));
    runner.postTask(() => log.push('task 2'));
  });
  await until(() => log.filter((entry) => entry === 'stable').length === 3);
  assert.deepEqual(log.join(' '), 'unstable post stable unstable task 1 stable unstable task 2 stable');
});

void test('isStable waits for a task by PendingTasks, and not without', async () => {
  const { ngZone, applicationRef } = start();
  const runner = sequenced();
  const pendingTasks = TestBed.inject(PendingTasks);
  const log: string[] = [];
  const post = (name: string, delay: number) => runner.postTask(() => log.push(name), { delay });
  const notWaitedFor = ngZone.run(() => post('not waited for', 60_000));
  await applicationRef.whenStable();
  assert.deepEqual(log, []);
  notWaitedFor.cancel();
  ngZone.run(() => pendingTasks.run(async () => void (await post('waited for', 20))));
  await applicationRef.whenStable();
  assert.deepEqual(log, ['waited for']);
});

void test('an error that nobody awaits reaches the ErrorHandler through the zone, or through onTaskError', async () => {
  // A real app: Angular's test bed does not listen to the errors of its zone.
  const { injector, destroy } = await startForErrors();
  const { io } = injector.get(TaskRunners);
  const withoutHandler = sequenced();
  const fail = (message: string) => () => {
    throw new Error(message);
  };
  injector.get(NgZone).run(() => {
    withoutHandler.postTask(fail('by the zone'));
    of(1).pipe(observeOn(withoutHandler)).subscribe(fail('of a subscriber'));
    io.postTask(fail('by onTaskError'));
  });
  await until(() => errors.length === 3);
  const messages = errors.map((error) => (error as Error).message).sort();
  assert.deepEqual(messages, ['by onTaskError', 'by the zone', 'of a subscriber']);
  destroy();
});

void test('the search box shows the words without detectChanges', async () => {
  const fixture = TestBed.createComponent(ZoneSearchBox);
  fixture.autoDetectChanges();
  type(fixture, 'a');
  await until(() => shown(fixture).length > 0);
  assert.deepEqual(shown(fixture), ['a1', 'a2']);
});

void test(
  'fakeAsync and tick drive the search box',
  inFakeAsync(() => {
    const fixture = TestBed.createComponent(ZoneSearchBox);
    fixture.autoDetectChanges();
    type(fixture, 'a');
    tick(99);
    type(fixture, 'ab'); // within the 100 ms of the debounce: 'a' is never searched for
    tick(110);
    assert.deepEqual([shown(fixture), aborted], [[], []]);
    type(fixture, 'abc');
    tick(100); // the search for 'ab' has ended by now
    assert.deepEqual([shown(fixture), aborted], [['ab1', 'ab2'], []]);
    tick(20);
    assert.deepEqual([shown(fixture), aborted], [['abc1', 'abc2'], []]);
    type(fixture, 'x');
    tick(100); // the search for 'x' has begun
    type(fixture, 'y');
    tick(20); // 'x' has ended before the debounce of 'y' is over
    assert.deepEqual([shown(fixture), aborted], [['x1', 'x2'], []]);
    flush();
    assert.deepEqual([shown(fixture), aborted], [['y1', 'y2'], []]);
  }),
);

void test(
  'the end of the component aborts a search that runs',
  inFakeAsync(() => {
    const fixture = TestBed.createComponent(ZoneSearchBox);
    fixture.autoDetectChanges();
    fixture.componentInstance.texts.next('a');
    tick(100); // the search begins; it takes 20 ms
    assert.deepEqual(aborted, []);
    fixture.destroy();
    assert.deepEqual(aborted, ['a']);
    flush();
    assert.deepEqual(fixture.componentInstance.words, []);
  }),
);
