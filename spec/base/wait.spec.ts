import { expect } from 'chai';
import sinon from 'sinon';
import { wait } from '../../src/base/wait.js';
import { rejectionOf } from '../support/support.js';

describe('A wait', () => {
  it('is settled by what it waits for, at once or later', async () => {
    const undo = sinon.spy();
    const at = wait<number>(undefined, (resolve) => {
      resolve(1);
      return undo;
    });
    const later = wait<number>({}, (resolve) => {
      void Promise.resolve().then(() => resolve(2));
      return undo;
    });
    const failed = wait<number>({ signal: undefined }, (_, reject) => {
      reject('error');
      return undo;
    });
    expect(await Promise.all([at, later, rejectionOf(failed)])).to.deep.equal([1, 2, 'error']);
    expect(undo.callCount).to.equal(0);
  });

  it('rejects with the reason when its signal aborts first, and is undone, once', async () => {
    const { signal, abort } = abortable();
    const undo = sinon.spy();
    let settle!: (value: number) => void;
    const waiting = wait<number>({ signal }, (resolve) => {
      settle = resolve;
      return undo;
    });
    abort('enough');
    settle(5);
    expect(await rejectionOf(waiting)).to.equal('enough');
    expect(undo.callCount).to.equal(1);
  });

  it('does not begin when its signal has aborted', async () => {
    const begin = sinon.spy();
    expect(await rejectionOf(wait({ signal: AbortSignal.abort('before') }, begin as never))).to.equal('before');
    expect(begin.callCount).to.equal(0);
  });

  it('leaves nothing on its signal, once it is over', async () => {
    const { signal } = abortable();
    const [added, removed] = [sinon.spy(signal, 'addEventListener'), sinon.spy(signal, 'removeEventListener')];
    let settle!: (value: number) => void;
    const waiting = wait<number>({ signal }, (resolve) => {
      settle = resolve;
      return () => undefined;
    });
    settle(5);
    await waiting;
    await wait<number>({ signal }, (resolve) => {
      resolve(6);
      return () => undefined;
    });
    expect([added.callCount, removed.callCount]).to.deep.equal([1, 1]);
  });

  it('rejects options and signals that are none, synchronously', () => {
    const begin = (): (() => void) => () => undefined;
    expect(() => wait(5 as never, begin)).to.throw(TypeError, 'Options must be an object; got 5.');
    expect(() => wait({ signal: {} as never }, begin)).to.throw(TypeError, 'The option signal must be an AbortSignal');
  });
});

function abortable(): { signal: AbortSignal; abort(reason: unknown): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}
