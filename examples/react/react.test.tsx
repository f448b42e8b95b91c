import './support/dom';
import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, test } from 'node:test';
import { act, Component, type ReactNode, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { firstValueFrom, timer } from 'rxjs';
import { flush, ThreadPool } from 'rxjs-task-runner';
import { TaskEnvironment } from 'rxjs-task-runner/testing';
import { LongList } from './long-list';
import { io, ui } from './runners';
import { type Search, SearchBox, SearchContext } from './search-box';
import { useTask } from './use-task';

const server = new ThreadPool().createSequencedTaskRunner({ name: 'server' });
const log: string[] = [];
/** What React has to say against this program. */
const complaints: unknown[] = [];
let element: HTMLElement;
let root: Root;

/** Takes 20 ms of the clock in force. */
const search: Search = async (text, signal) => {
  log.push(`search '${text}'`);
  signal.addEventListener('abort', () => log.push(`abort '${text}'`));
  await firstValueFrom(timer(20, server));
  signal.throwIfAborted();
  log.push(`found '${text}'`);
  return [`${text}1`, `${text}2`];
};

beforeEach(() => {
  useAct(true);
  log.length = 0;
  complaints.length = 0;
  console.error = (complaint: unknown) => complaints.push(complaint);
  element = document.body.appendChild(document.createElement('main'));
  root = createRoot(element, { onCaughtError: (error) => log.push(`caught ${error}`) });
});

afterEach(async () => {
  useAct(true);
  await act(() => root.unmount());
  element.remove();
  assert.deepEqual(complaints, []);
});

/** With it React renders within `act` only; without, when it likes to, as in production. */
function useAct(isUsed: boolean): void {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: isUsed });
}

const shown = () => [...element.querySelectorAll('ul li')].map((item) => item.textContent);

function type(text: string): void {
  const box = element.querySelector('input')!;
  // React overrides the property, to know what it has set itself.
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), 'value')!.set!.call(box, text);
  box.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Waits in real time until `isTrue`, and until what is queued on the user interface has run. */
async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await flush(ui);
}

async function inVirtualTime(test: (env: TaskEnvironment) => Promise<void>): Promise<void> {
  const env = new TaskEnvironment();
  try {
    await test(env);
  } finally {
    env.dispose(); // throws if a task is left, or if one has failed and nobody knows
  }
}

const app = (
  <SearchContext value={search}>
    <SearchBox />
  </SearchContext>
);

void test('act renders what tasks give, and a TaskEnvironment says when', () =>
  inVirtualTime(async (env) => {
    await act(() => root.render(app));
    await act(() => env.advanceByAsync(19));
    assert.deepEqual(shown(), []);
    await act(() => env.advanceByAsync(1));
    assert.deepEqual(shown(), ['1', '2']);
  }));

void test('act works in real time too: await something that comes after the task', async () => {
  await act(() => root.render(app)); // an act of its own: effects, and so the posts, come at its end
  await act(() => until(() => log.includes("found ''")));
  assert.deepEqual(shown(), ['1', '2']);
});

void test('new input cancels the task of the old', () =>
  inVirtualTime(async (env) => {
    await act(() => root.render(app));
    await act(() => env.advanceByAsync(20));
    await act(() => type('a'));
    await act(() => env.advanceByAsync(10));
    assert.deepEqual(shown(), ['1', '2']); // until there is something newer
    await act(() => type('ab'));
    await act(() => env.advanceByAsync(20));
    assert.deepEqual(shown(), ['ab1', 'ab2']);
    assert.deepEqual(log, ["search ''", "found ''", "search 'a'", "abort 'a'", "search 'ab'", "found 'ab'"]);
  }));

void test('StrictMode mounts twice: the first task is cancelled before it has begun', () =>
  inVirtualTime(async (env) => {
    await act(() => root.render(<StrictMode>{app}</StrictMode>));
    await act(() => env.advanceByAsync(20));
    assert.deepEqual(log, ["search ''", "found ''"]);
    assert.deepEqual(shown(), ['1', '2']);
  }));

void test('unmounting cancels the task, and nothing is set afterwards', () =>
  inVirtualTime(async (env) => {
    await act(() => root.render(app));
    await act(() => env.advanceByAsync(10));
    await act(() => root.render(null));
    assert.deepEqual(log, ["search ''", "abort ''"]);
    await act(() => env.advanceByAsync(20));
    assert.equal(element.innerHTML, '');
  }));

class Boundary extends Component<{ children: ReactNode }, { message?: string }> {
  override state: { message?: string } = {};
  static getDerivedStateFromError = (error: Error) => ({ message: error.message });
  override render = () => this.state.message ?? this.props.children;
}

function Failing({ task }: { task: () => unknown }) {
  return <>{useTask(io, task, [task])}</>;
}

void test('an error of a task goes to the error boundary', () =>
  inVirtualTime(async (env) => {
    const task = () => {
      throw new Error('no connection');
    };
    await act(() =>
      root.render(
        <Boundary>
          <Failing task={task} />
        </Boundary>,
      ),
    );
    await act(() => env.advanceByAsync(0));
    assert.equal(element.textContent, 'no connection');
    assert.deepEqual(log, ['caught Error: no connection']);
  }));

void test('a key that is pressed while a long list is made is answered before the next chunk of it', async () => {
  useAct(false);
  const count = 300;
  const find: Search = async (text) => {
    if (text !== '') log.push(`search '${text}'`);
    return [text];
  };
  let shownBeforeTheEnd: unknown;
  const makeRow = (index: number): string => {
    if (index % 10 === 0) log.push(`chunk ${index / 10}`);
    if (index === 25) type('a');
    if (index === count - 1) shownBeforeTheEnd = shown();
    const start = performance.now();
    while (performance.now() - start < 0.2);
    return `row ${index}`;
  };
  root.render(
    <SearchContext value={find}>
      <SearchBox />
      <LongList count={count} makeRow={makeRow} />
    </SearchContext>,
  );
  await until(() => element.querySelectorAll('ol li').length === count);
  assert.deepEqual(log.slice(0, 5), ['chunk 0', 'chunk 1', 'chunk 2', "search 'a'", 'chunk 3']);
  assert.deepEqual(shownBeforeTheEnd, ['a']);
});
