import { expect } from 'chai';
import { Subscription, UnsubscriptionError } from 'rxjs';
import sinon from 'sinon';
import { DeferredHandle, whenSettled } from '../../src/base/deferred-handle.js';
import { TaskCancelledError } from '../../src/base/errors.js';
import type { TaskHandle } from '../../src/types.js';
import { macrotask, rejectionOf } from '../support/support.js';

describe('A deferred handle', () => {
  it('is pending until it is settled, once, and closed from then on', () => {
    const handle = new DeferredHandle<number>();
    expect(handle).to.include({ state: 'pending', closed: false, result: undefined });
    handle.settle('done', 42);
    handle.settle('failed', 'too late');
    handle.cancel();
    expect(handle).to.include({ state: 'done', closed: true, result: 42 });
  });

  it('is a promise of its result, whether that is asked for before or after', async () => {
    const handle = new DeferredHandle<number>();
    const before = Promise.resolve(handle);
    handle.settle('done', 42);
    expect(await Promise.all([before, handle])).to.deep.equal([42, 42]);
  });

  it('is a promise that rejects, whether that is asked for before or after', async () => {
    for (const state of ['failed', 'cancelled', 'rejected'] as const) {
      const handle = new DeferredHandle();
      const before = rejectionOf(handle);
      const error = new Error(state);
      handle.settle(state, error);
      expect([await before, await rejectionOf(handle)]).to.deep.equal([error, error]);
    }
  });

  it('makes no promise that nobody asks for, and so no unhandled rejection', async () => {
    const handle = new DeferredHandle();
    handle.settle('failed', new Error('expected'));
    await macrotask();
    expect(handle.isHeard).to.equal(false);
  });

  it('tells who listens synchronously, at once if it has settled, and its teardowns too', () => {
    const handle = new DeferredHandle();
    const log: string[] = [];
    handle.whenSettled(() => log.push(`listener ${handle.state}`));
    handle.add(() => log.push('teardown'));
    handle.settle('done', undefined);
    handle.whenSettled(() => log.push('late'));
    expect(log).to.deep.equal(['listener done', 'teardown', 'late']);
  });

  it('knows whether somebody hears how it settles, and answers for an error', () => {
    const [plain, awaited, listened, asked] = [1, 2, 3, 4].map(() => new DeferredHandle());
    awaited!.then(undefined, () => undefined);
    listened!.whenSettled(() => undefined);
    let isHeard = false;
    asked!.whenSettled(
      () => undefined,
      () => isHeard,
    );
    expect([plain, awaited, listened, asked].map((handle) => handle!.isHeard)).to.deep.equal([
      false,
      true,
      true,
      false,
    ]);
    isHeard = true;
    expect(asked!.isHeard).to.equal(true);
  });

  it('is cancelled with a reason, of which whoever made it is told after it has settled', async () => {
    const states: unknown[] = [];
    const handle: DeferredHandle<void> = new DeferredHandle<void>({
      cancelled: (reason) => states.push([handle.state, reason]),
    });
    handle.cancel('left the page');
    handle.cancel('again');
    expect(states).to.deep.equal([['cancelled', 'left the page']]);
    expect(await rejectionOf(handle))
      .to.be.instanceOf(TaskCancelledError)
      .and.include({ message: 'Cancelled: a task.', cause: 'left the page' });
  });

  it('is cancelled by unsubscribing, by its parent too', () => {
    const parent = new Subscription();
    const [alone, child] = [new DeferredHandle(), new DeferredHandle()];
    parent.add(child);
    alone.unsubscribe();
    parent.unsubscribe();
    expect([alone.state, child.state]).to.deep.equal(['cancelled', 'cancelled']);
  });

  it('names what it stands for, until it has settled', () => {
    const handle = new DeferredHandle();
    handle.standsFor = Object.assign(new DeferredHandle(), { toString: () => 'the other' });
    expect(String(handle)).to.equal('TaskHandle (the other, pending)');
    handle.cancel();
    expect((handle.result as Error).message).to.equal('Cancelled: the other.');
    expect(handle.standsFor).to.equal(null);
    expect(String(handle)).to.equal('TaskHandle (cancelled)');
  });

  it('tells whoever made it which priority it shall have, while it is pending', () => {
    const reprioritized = sinon.spy();
    const handle = new DeferredHandle({ reprioritized });
    handle.setPriority('user-blocking');
    handle.settle('done', undefined);
    handle.setPriority('best-effort');
    new DeferredHandle().setPriority('best-effort');
    expect(reprioritized.args).to.deep.equal([['user-blocking']]);
  });

  it('throws what its teardowns throw to whoever settles it, and has settled', () => {
    const handle = new DeferredHandle();
    handle.add(() => {
      throw new Error('teardown');
    });
    expect(() => handle.settle('done', 1)).to.throw(UnsubscriptionError);
    expect(handle).to.include({ state: 'done', closed: true });
  });

  it('is cancelled at the end of a block that is using it', () => {
    const handle = new DeferredHandle();
    handle[Symbol.dispose]();
    expect(handle.state).to.equal('cancelled');
  });
});

describe('whenSettled', () => {
  it('tells synchronously how a handle has settled, and with what', () => {
    const handle = new DeferredHandle();
    const listener = sinon.spy();
    whenSettled(handle, listener);
    expect(handle.isHeard).to.equal(true);
    handle.settle('rejected', 'reason');
    expect(listener.args).to.deep.equal([['rejected', 'reason']]);
  });

  it('tells by the promise of a handle of another make, which cannot tell by itself', async () => {
    /** A handle that is a promise and a subscription, and no more. */
    const other = (promise: Promise<unknown>, closed = false): TaskHandle<unknown> =>
      ({ then: promise.then.bind(promise), closed }) as unknown as TaskHandle<unknown>;
    const cancelled = new TaskCancelledError('m');
    const told = await Promise.all(
      [
        other(Promise.resolve(1)),
        other(Promise.reject(cancelled), true),
        other(Promise.reject(cancelled)),
        other(Promise.reject('error'), true),
      ].map((handle) => new Promise((resolve) => whenSettled(handle, (...args) => resolve(args)))),
    );
    expect(told).to.deep.equal([
      ['done', 1],
      ['cancelled', cancelled],
      ['failed', cancelled],
      ['failed', 'error'],
    ]);
  });
});
