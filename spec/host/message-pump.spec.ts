import { expect } from 'chai';
import { MORE, NOTHING, PAUSE, REST, type Verdict } from '../../src/host/host.js';
import { MessagePump } from '../../src/host/message-pump.js';
import { microtasks } from '../support/support.js';
import { type Available, HostCalls } from './support/host-calls.js';

describe('MessagePump', () => {
  let calls: HostCalls;
  let pump: MessagePump;
  /** What the next steps say; when there is no more, `NOTHING`. */
  let verdicts: (Verdict | (() => Verdict))[];
  /** Whether each of the steps so far was the first of a turn. */
  let steps: boolean[];
  let keepsAlive: boolean;

  function pumpOn(available: Available = {}): void {
    calls = new HostCalls({ setImmediate: false, ...available });
    verdicts = [];
    steps = [];
    keepsAlive = true;
    pump = new MessagePump(
      (isFirst) => {
        steps.push(isFirst);
        const verdict = verdicts.shift() ?? NOTHING;
        return typeof verdict === 'function' ? verdict() : verdict;
      },
      () => keepsAlive,
    );
  }

  afterEach(() => calls.restore());

  const stepped = (): number => steps.splice(0).length;

  it('opens one channel, and posts one message, however often it is woken', () => {
    pumpOn();
    for (let i = 0; i < 5; i++) pump.wake(false);
    expect(calls.read()).to.deep.equal(['new MessageChannel', 'start port', 'unref port', 'unref port', 'postMessage']);
    calls.deliver();
    expect(stepped()).to.equal(1);
    calls.read();
    pump.wake(true);
    expect(calls.read()).to.deep.equal(['ref port', 'postMessage']);
  });

  it('keeps the process alive only while a message is on its way', () => {
    pumpOn();
    pump.wake(true);
    expect(calls.read().slice(-2)).to.deep.equal(['ref port', 'postMessage']);
    calls.deliver();
    expect(calls.read()).to.deep.equal(['unref port']);
  });

  it('keeps it alive after all, for a message that is on its way already and did not', () => {
    pumpOn();
    pump.wake(false);
    calls.read();
    pump.wake(true);
    expect(calls.read()).to.deep.equal(['ref port']);
    calls.deliver();
    expect(calls.read()).to.deep.equal(['unref port']);
  });

  it('keeps nothing alive that is woken in its own step, for more than that', () => {
    pumpOn();
    verdicts = [
      () => {
        pump.wake(true);
        return NOTHING;
      },
    ];
    pump.wake(false);
    calls.read();
    calls.deliver();
    expect(calls.read()).to.deep.equal(['unref port']);
  });

  describe('where microtasks run between two listeners, as in browsers,', () => {
    beforeEach(() => pumpOn({ refs: false }));

    it('serves many steps with one message', async () => {
      verdicts = Array<Verdict>(10).fill(MORE);
      pump.wake(true);
      calls.read();
      await calls.deliverWithCheckpoints();
      expect(steps).to.deep.equal([true, ...Array<boolean>(10).fill(false)]);
      expect(calls.read()).to.be.empty;
    });

    it('serves 64 with one, and goes on with the next', async () => {
      verdicts = Array<Verdict>(100).fill(MORE);
      pump.wake(true);
      await calls.deliverWithCheckpoints();
      expect(stepped()).to.equal(64);
      await calls.deliverWithCheckpoints();
      expect(stepped()).to.equal(37);
      expect(calls.read().filter((line) => line === 'postMessage')).to.have.lengthOf(2);
    });

    it('ends a turn with REST, so that the host has its turn before the next message', async () => {
      verdicts = [MORE, REST, MORE];
      pump.wake(true);
      await calls.deliverWithCheckpoints();
      expect(steps).to.deep.equal([true, false]);
      await calls.deliverWithCheckpoints();
      expect(steps).to.deep.equal([true, false, true, false]);
    });
  });

  describe('where no microtask runs between two listeners, as in Node and with zone.js,', () => {
    beforeEach(() => pumpOn({ refs: false }));

    it('serves one step with each message, from the first on', () => {
      verdicts = [MORE, MORE];
      pump.wake(true);
      const perMessage: number[] = [];
      for (let i = 0; i < 3; i++) {
        calls.deliver();
        perMessage.push(stepped());
      }
      expect(perMessage).to.deep.equal([1, 1, 1]);
      expect(calls.read().filter((line) => line === 'postMessage')).to.have.lengthOf(3);
    });

    it('is not deceived by a first message that has ended after one step', async () => {
      verdicts = [REST, MORE, MORE];
      pump.wake(true);
      calls.deliver();
      await microtasks();
      stepped();
      calls.deliver();
      expect(stepped()).to.equal(1);
    });
  });

  it('serves one step with each message, where ports take no listeners', () => {
    pumpOn({ listeners: false });
    verdicts = [MORE];
    pump.wake(true);
    expect(calls.read()).to.deep.equal(['new MessageChannel', 'unref port', 'ref port', 'postMessage']);
    calls.deliver();
    expect(stepped()).to.equal(1);
    calls.deliver();
    expect(stepped()).to.equal(1);
  });

  it('steps by setTimeout where there is no MessageChannel', () => {
    pumpOn({ MessageChannel: false });
    verdicts = [REST];
    pump.wake(false);
    expect(calls.read()).to.deep.equal(['setTimeout#1 0', 'unref setTimeout#1']);
    pump.wake(true);
    expect(calls.read()).to.deep.equal(['ref setTimeout#1']);
    calls.fire('setTimeout#1');
    expect(calls.read()).to.deep.equal(['setTimeout#2 0', 'ref setTimeout#2']);
    calls.fire('setTimeout#2');
    expect(steps).to.deep.equal([true, true]);
    expect(calls.outstanding).to.be.empty;
  });

  it('pauses for 5 ms by a timer, which no wake-up cuts short, since messages go before background work of others', () => {
    pumpOn();
    verdicts = [PAUSE];
    pump.wake(true);
    calls.deliver();
    calls.read();
    pump.wake(true);
    expect(calls.read()).to.deep.equal(['ref setTimeout#1']);
    expect(stepped()).to.equal(1);
    calls.fire('setTimeout#1');
    expect(steps).to.deep.equal([true]);
    expect(calls.outstanding).to.be.empty;
  });

  it('opens a new channel when somebody has replaced MessageChannel, for what is on its way too', () => {
    pumpOn();
    pump.wake(true);
    calls.restore();
    const others = (calls = new HostCalls({ setImmediate: false }));
    pump.wake(true);
    expect(others.read()).to.deep.equal(['new MessageChannel', 'start port', 'unref port', 'ref port', 'postMessage']);
    others.deliver();
    expect(stepped()).to.equal(1);
  });

  it('changes nothing where the channel throws once, and asks again at the next wake-up', () => {
    pumpOn();
    const { MessageChannel } = globalThis;
    calls.put('MessageChannel', function () {
      throw new Error('no channel');
    });
    expect(() => pump.wake(true)).to.throw('no channel');
    expect(pump.isSure).to.equal(false);
    calls.put('MessageChannel', MessageChannel);
    pump.wake(true);
    calls.deliver();
    expect(stepped()).to.equal(1);
  });

  it('goes on after a step that throws, whose error reaches the host', () => {
    pumpOn();
    verdicts = [
      () => {
        throw new Error('step');
      },
    ];
    pump.wake(true);
    expect(() => calls.deliver()).to.throw('step');
    calls.deliver();
    expect(stepped()).to.equal(2);
  });

  it('works with the MessageChannel of the host, and lets all microtasks run between two steps', async () => {
    calls = new HostCalls();
    calls.restore();
    const log: string[] = [];
    await new Promise<void>((resolve) => {
      const real = new MessagePump(
        () => {
          log.push('step');
          void (async () => {
            await microtasks();
            log.push('microtasks');
            if (log.length >= 8) resolve();
          })();
          return log.length < 7 ? MORE : NOTHING;
        },
        () => true,
      );
      real.wake(true);
      expect(real.isSure).to.equal(true);
    });
    expect(log).to.deep.equal(Array.from({ length: 4 }, () => ['step', 'microtasks']).flat());
  });
});
