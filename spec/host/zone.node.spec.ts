import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { hasSurroundings, surroundingsNow } from '../../src/host/zone.js';

describe('The surroundings of a task in Node', () => {
  const { process } = globalThis as unknown as { process: { domain?: unknown } };
  const domainBefore = process.domain;

  beforeEach(() => (process.domain = null));
  afterEach(() => (process.domain = domainBefore));

  it('are looked for once Node’s domain is loaded', () => {
    expect(hasSurroundings()).to.equal(false);
    const events = EventEmitter as unknown as { usingDomains: boolean };
    events.usingDomains = true;
    expect(hasSurroundings()).to.equal(true);
    events.usingDomains = false;
  });

  it('are the domain, which is left again, also by what throws', () => {
    const log: string[] = [];
    process.domain = { enter: () => log.push('enter'), exit: () => log.push('exit') };
    const around = surroundingsNow()!;
    around.run(() => log.push('call'));
    expect(() =>
      around.run(() => {
        throw new Error('thrown');
      }),
    ).to.throw('thrown');
    expect(log).to.deep.equal(['enter', 'call', 'exit', 'enter', 'exit']);
  });

  it('stay with what throws where a domain is to hear of it', () => {
    const log: string[] = [];
    process.domain = { enter: () => log.push('enter'), exit: () => log.push('exit') };
    const around = surroundingsNow()!;
    expect(() =>
      around.runGuarded(() => {
        throw new Error('uncaught');
      }),
    ).to.throw('uncaught');
    expect(log).to.deep.equal(['enter']);
  });
});
