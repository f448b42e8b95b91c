import { expect } from 'chai';
import sinon from 'sinon';
import { MessageWake } from '../../src/host/message-wake.js';
import { HostCalls } from './support/host-calls.js';

describe('MessageWake', () => {
  let calls: HostCalls | undefined;

  afterEach(() => {
    calls?.restore();
    calls = undefined;
  });

  it('says so where there is no MessageChannel, and calls nothing', () => {
    calls = new HostCalls({ MessageChannel: false });
    expect(new MessageWake().post(sinon.fake.throws('called'))).to.equal(false);
    expect(calls.read()).to.be.empty;
  });

  it('keeps the process alive only while a wake-up is outstanding', () => {
    calls = new HostCalls();
    const wake = new MessageWake();
    expect(wake.post(() => undefined)).to.equal(true);
    expect(calls.read()).to.deep.equal(['new MessageChannel', 'ref port', 'postMessage']);
    calls.deliver();
    expect(calls.read()).to.deep.equal(['unref port']);
  });

  it('may be asked again from inside the wake-up, by the same channel', () => {
    calls = new HostCalls();
    const wake = new MessageWake();
    const second = sinon.spy();
    wake.post(() => wake.post(second));
    calls.read();
    calls.deliver();
    expect(calls.read()).to.deep.equal(['unref port', 'ref port', 'postMessage']);
    expect(second.callCount).to.equal(0);
    calls.deliver();
    expect(second.callCount).to.equal(1);
  });

  it('opens a new channel when somebody has replaced MessageChannel', () => {
    calls = new HostCalls();
    const wake = new MessageWake();
    wake.post(() => undefined);
    calls.deliver();
    calls.read();
    calls.restore();
    calls = new HostCalls();
    wake.post(() => undefined);
    expect(calls.read()).to.deep.equal(['new MessageChannel', 'ref port', 'postMessage']);
  });

  it('works with the MessageChannel of the host, in a macrotask', async () => {
    const wake = new MessageWake();
    const log: string[] = [];
    const woken = new Promise<void>((resolve) => {
      wake.post(() => {
        log.push('woken');
        resolve();
      });
    });
    void Promise.resolve().then(() => log.push('microtask'));
    await woken;
    expect(log).to.deep.equal(['microtask', 'woken']);
  });
});
