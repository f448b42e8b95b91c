import './support/test-bed';
import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, test } from 'node:test';
import { ApplicationRef, ErrorHandler, provideZonelessChangeDetection } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { firstValueFrom, timer } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { TaskEnvironment } from 'rxjs-task-runner/testing';
import { SEARCH, type Search } from './search';
import { shown, type, until } from './support/test-bed';
import { TaskRunners } from './task-runners';
import { ZonelessSearchBox } from './zoneless-search-box';

const server = new ThreadPool().createSequencedTaskRunner({ name: 'server' });
const begun: string[] = [];
const aborted: string[] = [];
const errors: unknown[] = [];

/** Takes 20 ms of the clock in force. */
const search: Search = async (text, signal) => {
  begun.push(text);
  signal.addEventListener('abort', () => aborted.push(text));
  await firstValueFrom(timer(20, server));
  return [`${text}1`, `${text}2`];
};

beforeEach(() => {
  begun.length = 0;
  aborted.length = 0;
  errors.length = 0;
  TestBed.configureTestingModule({
    providers: [
      provideZonelessChangeDetection(),
      { provide: SEARCH, useValue: search },
      { provide: ErrorHandler, useValue: { handleError: (error: unknown) => errors.push(error) } },
    ],
    rethrowApplicationErrors: false,
  });
});

afterEach(() => TestBed.resetTestingModule());

void test('there is no zone', () => {
  assert.equal('Zone' in globalThis, false);
});

void test('a signal that a task sets is shown without detectChanges', async () => {
  const fixture = TestBed.createComponent(ZonelessSearchBox);
  type(fixture, 'a');
  await until(() => shown(fixture).length > 0);
  assert.deepEqual(shown(fixture), ['a1', 'a2']);
});

void test('in a TaskEnvironment the whole search takes no time', async () => {
  const env = new TaskEnvironment();
  try {
    const fixture = TestBed.createComponent(ZonelessSearchBox);
    type(fixture, 'a');
    await env.advanceByAsync(110); // 100 ms of the debounce, and half of the search
    type(fixture, 'ab');
    await env.advanceByAsync(119);
    assert.deepEqual(fixture.componentInstance.words(), ['a1', 'a2']);
    await env.advanceByAsync(1);
    assert.deepEqual(fixture.componentInstance.words(), ['ab1', 'ab2']);
    fixture.detectChanges(); // Angular would do it at the next real timer or frame
    assert.deepEqual(shown(fixture), ['ab1', 'ab2']);
  } finally {
    env.dispose();
  }
});

void test('a search that runs is aborted when the component is destroyed', async () => {
  const env = new TaskEnvironment();
  try {
    const fixture = TestBed.createComponent(ZonelessSearchBox);
    type(fixture, 'a');
    await env.advanceByAsync(110);
    fixture.destroy();
    assert.deepEqual(aborted, ['a']);
    await env.advanceByAsync(10); // the fake server has ended too
  } finally {
    env.dispose();
  }
});

void test('whenStable waits for the search by pendingUntilEvent', async () => {
  const fixture = TestBed.createComponent(ZonelessSearchBox);
  const applicationRef = TestBed.inject(ApplicationRef);
  await applicationRef.whenStable();
  type(fixture, 'a');
  await until(() => begun.length === 1); // the debounce is over
  await applicationRef.whenStable();
  assert.deepEqual(shown(fixture), ['a1', 'a2']);
});

void test('an error that nobody awaits reaches the ErrorHandler by onTaskError', async () => {
  const { io } = TestBed.inject(TaskRunners);
  io.postTask(() => {
    throw new Error('by onTaskError');
  });
  await until(() => errors.length === 1);
  assert.equal((errors[0] as Error).message, 'by onTaskError');
});
