import { AsyncLocalStorage } from 'node:async_hooks';
import { context, createContextKey, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { observeOn, of, type Subscription } from 'rxjs';
import {
  asyncContextHook,
  enableDebugMode,
  postRepeatingTask,
  postTaskAndReply,
  ThreadPool,
  useContextHook,
} from '../../src/index.js';
import { type InstrumentOptions, instrumentTasks } from '../../src/otel/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { errorOf, macrotask, turns } from '../support/support.js';
import { keepSpans, spanOf, spans, spanTree, stopKeepingSpans, tracerProvider } from './spans.js';

describe('instrumentTasks', () => {
  const tracer = tracerProvider.getTracer('spec');
  let pool: ThreadPool;
  let instrumentation: Subscription;

  const instrument = (options?: InstrumentOptions): void => {
    instrumentation = instrumentTasks(options);
  };
  const inSpan = <T>(name: string, call: () => T | PromiseLike<T>): Promise<T> =>
    tracer.startActiveSpan(name, async (span) => {
      try {
        return await call();
      } finally {
        span.end();
      }
    });
  const activeName = (): string | undefined => (trace.getActiveSpan() as { name?: string } | undefined)?.name;

  beforeEach(() => {
    keepSpans();
    pool = new ThreadPool({ name: 'pool', onTaskError: () => undefined });
  });
  afterEach(() => {
    instrumentation.unsubscribe();
    useContextHook(null);
    stopKeepingSpans();
  });

  it('shows one request through three runners as one tree', async () => {
    const http = pool.createParallelTaskRunner({ name: 'http', maxConcurrency: 8 });
    const database = pool.createSequencedTaskRunner({ name: 'database' });
    const mail = pool.createSequencedTaskRunner({ name: 'mail', priority: 'best-effort' });
    instrument();
    const sent: PromiseLike<unknown>[] = [];
    await inSpan('GET /order', () =>
      http.postTask(
        async () => {
          await macrotask();
          const order = await database.postTask(() => 'an order', { name: 'query' });
          await inSpan('render', () => sent.push(mail.postTask(() => `mail of ${order}`, { name: 'send mail' })));
        },
        { name: 'handle' },
      ),
    );
    await Promise.all(sent);
    expect(spanTree()).to.deep.equal(['GET /order', '  handle', '    query', '    render', '      send mail']);
    expect(new Set(spans().map((span) => span.spanContext().traceId)).size).to.equal(1);
  });

  it('links a task to the span of its post, in a trace of its own, if that is asked for', async () => {
    instrument({ relation: 'link' });
    await inSpan('request', () => pool.postTask(() => pool.postTask(() => 1, { name: 'inner' }), { name: 'outer' }));
    await pool.postTask(() => 1, { name: 'alone' });
    expect(spanTree()).to.have.members(['request', 'outer', 'inner', 'alone']);
    const linked = (name: string): unknown[] => spanOf(name).links.map((link) => link.context.spanId);
    expect(linked('outer')).to.deep.equal([spanOf('request').spanContext().spanId]);
    expect(linked('inner')).to.deep.equal([spanOf('outer').spanContext().spanId]);
    expect(linked('alone')).to.deep.equal([]);
  });

  it('has the span of a task active in its code, across await, yield and sleep, and not outside of it', async () => {
    instrument();
    const seen: (string | undefined)[] = [];
    const look = (): unknown => seen.push(activeName());
    const handle = pool.postTask(
      async (task) => {
        look();
        await macrotask();
        look();
        await task.yield();
        look();
        await task.sleep(1);
        look();
      },
      { name: 'a' },
    );
    await pool.postTask(look, { name: 'b' });
    await handle;
    look();
    expect(seen.slice().sort()).to.deep.equal(['a', 'a', 'a', 'a', 'b', undefined]);
  });

  it('keeps what else is in the context of the post', async () => {
    const key = createContextKey('user');
    instrument();
    const handle = context.with(context.active().setValue(key, 'alice'), () =>
      pool.postTask(async () => {
        await macrotask();
        return context.active().getValue(key);
      }),
    );
    expect(await handle).to.equal('alice');
  });

  it('has the attributes of a task, and when its turn came', async () => {
    using environment = new TaskEnvironment();
    const io = pool.createSequencedTaskRunner({ name: 'io', priority: 'user-blocking' });
    instrument();
    io.postTask((task) => task.sleep(30));
    io.postTask(() => 1, { name: 'load', delay: 10 });
    await environment.advanceByAsync(100);
    const { attributes, events, status, name } = spanOf('load');
    expect(name).to.equal('load');
    expect(attributes).to.deep.equal({
      'task.runner': 'io',
      'task.kind': 'task',
      'task.priority': 'user-blocking',
      'task.wait_ms': 20,
      'task.ending': 'finished',
    });
    expect(events.map((event) => event.name)).to.deep.equal(['task.started']);
    expect(status.code).to.equal(SpanStatusCode.UNSET);
    expect(spanOf('io').attributes['task.wait_ms']).to.equal(0);
  });

  it('says where a task was posted, in debug mode', async () => {
    instrument();
    const debugging = enableDebugMode();
    await pool.postTask(() => 1, { name: 'known' });
    debugging.unsubscribe();
    const { attributes } = spanOf('known');
    expect(attributes['code.file.path']).to.match(/instrument-tasks\.spec\.ts$/);
    expect(attributes['code.line.number']).to.be.greaterThan(100);
  });

  it('records the error of a task that fails, whatever was thrown', async () => {
    instrument();
    await Promise.allSettled([
      pool.postTask(() => Promise.reject(new RangeError('too far')), { name: 'error' }),
      pool.postTask(
        () => {
          throw 'text';
        },
        { name: 'text' },
      ),
      pool.postTask(() => Promise.reject(Object.create(null) as Error), { name: 'no text' }),
    ]);
    const { status, events, attributes } = spanOf('error');
    expect(status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'too far' });
    expect(events.map(({ name }) => name)).to.deep.equal(['task.started', 'exception']);
    expect(events[1]!.attributes).to.include({ 'exception.type': 'RangeError', 'exception.message': 'too far' });
    expect(attributes).to.include({ 'error.type': 'RangeError', 'task.ending': 'failed' });
    expect(spanOf('text').status.message).to.equal('text');
    expect(spanOf('text').attributes['error.type']).to.equal('_OTHER');
    expect(spanOf('no text').status.message).to.equal('something that has no text');
  });

  it('ends the span of a task that never begins: rejected with its error, cancelled without one', async () => {
    instrument();
    const io = pool.createSequencedTaskRunner({ name: 'io' });
    const cancelled = io.postTask(() => 1, { name: 'cancelled', delay: Infinity });
    cancelled.cancel();
    const dropped = io.postTask(() => 1, { name: 'dropped', delay: Infinity });
    await io.shutdown();
    await inSpan('request', () => Promise.allSettled([io.postTask(() => 1, { name: 'refused' })]));
    await Promise.allSettled([cancelled, dropped]);
    expect(spanOf('cancelled').attributes['task.ending']).to.equal('cancelled');
    expect(spanOf('cancelled').status.code).to.equal(SpanStatusCode.UNSET);
    for (const name of ['dropped', 'refused']) {
      const { attributes, status, events } = spanOf(name);
      expect(attributes).to.include({ 'error.type': 'TaskRejectedError', 'task.ending': 'rejected' });
      expect(status.code).to.equal(SpanStatusCode.ERROR);
      expect(events.map((event) => event.name)).to.deep.equal(['exception']);
    }
    expect(spanTree().slice(-2)).to.deep.equal(['request', '  refused']);
  });

  it('has the runs of a repeating task beside each other, where it was begun', async () => {
    using environment = new TaskEnvironment();
    instrument();
    await inSpan('start', async () => {
      const handle = postRepeatingTask(pool, (task) => task.sleep(1), { interval: 10, name: 'tick' });
      handle.then(undefined, () => undefined);
      await environment.advanceByAsync(35);
      handle.cancel();
    });
    expect(spanTree()).to.deep.equal(['start', '  tick', '  tick', '  tick', '  tick']);
  });

  it('has a reply beside its task', async () => {
    instrument();
    const ui = pool.createSequencedTaskRunner({ name: 'ui' });
    await inSpan('click', () =>
      postTaskAndReply(
        pool,
        () => macrotask(),
        () => 1,
        { on: ui, name: 'load' },
      ),
    );
    expect(spanTree()).to.deep.equal(['click', '  load', '  ui']);
  });

  it('has no spans for actions unless they are asked for', async () => {
    instrument();
    const run = (): Promise<void> =>
      new Promise((resolve) => of(1, 2).pipe(observeOn(pool)).subscribe({ complete: resolve }));
    await run();
    expect(spans()).to.be.empty;
    instrumentation.unsubscribe();
    instrument({ actions: true });
    await inSpan('request', run);
    expect(spanTree()).to.deep.equal(['request', '  pool', '  pool', '  pool']);
    expect(spanOf('request').name).to.equal('request');
  });

  it('has the runs of an action that is armed again where the first one is', async () => {
    instrument({ actions: true });
    await inSpan(
      'request',
      () =>
        new Promise<void>((resolve) => {
          let runs = 0;
          pool.schedule(function () {
            if (++runs < 3) this.schedule();
            else resolve();
          });
        }),
    );
    await turns();
    expect(spanTree()).to.deep.equal(['request', '  pool', '  pool', '  pool']);
  });

  for (const order of ['before', 'after']) {
    it(`goes together with a context hook that was there ${order} it`, async () => {
      const request = new AsyncLocalStorage<string>();
      if (order === 'before') useContextHook(asyncContextHook());
      instrument();
      if (order === 'after') useContextHook(asyncContextHook());
      const seen: unknown[] = [];
      await request.run('a', () =>
        inSpan('request', async () => {
          await pool.postTask(
            async () => {
              await macrotask();
              seen.push(request.getStore(), activeName());
            },
            { name: 'task' },
          );
          // The hook brings the active span to what has none of its own.
          await new Promise<void>((resolve) => {
            pool.schedule(() => {
              seen.push(request.getStore(), activeName());
              resolve();
            });
          });
        }),
      );
      expect(seen).to.deep.equal(['a', 'task', 'a', 'request']);
      expect(spanTree()).to.deep.equal(['request', '  task']);
    });
  }

  it('makes its spans with the provider that it is given', async () => {
    trace.disable();
    instrument();
    await pool.postTask(() => 1, { name: 'lost' });
    instrumentation.unsubscribe();
    instrument({ tracerProvider });
    await pool.postTask(() => 1, { name: 'kept' });
    expect(spans().map(({ name }) => name)).to.deep.equal(['kept']);
    expect(spanOf('kept').instrumentationScope.name).to.equal('rxjs-task-runner');
  });

  it('makes no spans once it is unsubscribed, and runs what was posted before', async () => {
    instrument();
    const handle = pool.postTask(() => 'a result');
    instrumentation.unsubscribe();
    expect(await handle).to.equal('a result');
    await pool.postTask(() => 1);
    expect(spans()).to.be.empty;
  });

  it('makes no span of a task that was posted before', async () => {
    const handle = pool.postTask(() => 1);
    instrument();
    await handle;
    expect(spans()).to.be.empty;
  });

  it('says which option is wrong', () => {
    instrument();
    const wrong: [object, string][] = [
      [{ tracerProvider: {} }, 'The option tracerProvider must have the function getTracer; got an object.'],
      [{ relation: 'parent' }, "The option relation must be 'child' or 'link'; got 'parent'."],
      [{ relations: 'link' }, "The options here are tracerProvider, relation, actions; got 'relations'."],
      [{ actions: 1 }, 'The option actions must be true or false; got 1.'],
    ];
    for (const [options, message] of wrong) {
      const error = errorOf(() => instrumentTasks(options));
      expect([error.name, error.message]).to.deep.equal(['TypeError', message]);
    }
  });
});
