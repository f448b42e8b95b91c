import { expect } from 'chai';
import { ThreadPool } from '../../src/index.js';
import { Threads } from '../../src/threads/index.js';
import { gate, macrotask, rejectionOf } from '../support/support.js';

/** A worker of the web, as far as it is listened to. */
class FakeWebWorker {
  readonly sent: unknown[] = [];
  isTerminated = false;
  private readonly listeners = new Map<string, (event: unknown) => void>();

  addEventListener(type: string, listener: (event: unknown) => void): void {
    this.listeners.set(type, listener);
  }

  postMessage(message: unknown): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  fire(type: string, event: object): void {
    this.listeners.get(type)?.(event);
  }
}

describe('A worker of the web', () => {
  const serving = async () => {
    const web = new FakeWebWorker();
    const threads = new Threads(() => web, { size: 1, maxRestarts: 0 });
    const handle = new ThreadPool().postTask(threads.call('any', []));
    const outcome = rejectionOf(handle);
    await macrotask();
    web.fire('message', { data: ['rxjs-task-runner/1', 3, ['any']] });
    expect(web.sent).to.have.lengthOf(1);
    return { web, outcome };
  };

  it('that fails is ended, and its error is told to whoever waits, and not to the page', async () => {
    const { web, outcome } = await serving();
    const prevented = gate();
    web.fire('error', { message: 'broken', error: undefined, preventDefault: () => prevented.open() });
    await prevented.promise;
    expect((await outcome).message).to.equal("The thread 'thread-1' has gone: broken");
    expect(web.isTerminated).to.be.true;
  });

  it('whose message cannot be read is ended, since nobody knows whose that was', async () => {
    const { web, outcome } = await serving();
    web.fire('messageerror', {});
    expect((await outcome).message).to.equal("The thread 'thread-1' has gone: a message of it could not be read");
    expect(web.isTerminated).to.be.true;
  });
});
