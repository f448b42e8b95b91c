import { expect } from 'chai';
import sinon from 'sinon';
import { hostFunctions, setRef } from '../../src/host/host-functions.js';
import { putBack } from './support/host-calls.js';

describe('hostFunctions', () => {
  const names = ['setTimeout', 'clearTimeout', 'setImmediate', 'MessageChannel'] as const;
  type Name = (typeof names)[number];
  let undo: (() => void)[];

  beforeEach(() => (undo = []));
  afterEach(() => {
    for (const each of undo.reverse()) each();
    expect(hostFunctions()).to.include(globalsNow());
  });

  /** Puts this in the place of a function of the host. */
  function put(name: Name, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    undo.push(() => putBack(name, before));
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }

  const globalsNow = (): Record<string, unknown> =>
    Object.fromEntries(names.map((name) => [name, (globalThis as Record<string, unknown>)[name]]));

  it('are those on globalThis', () => {
    expect(hostFunctions()).to.include(globalsNow());
  });

  it('are looked up at each use: one that is wrapped is used from then on, whichever it is', () => {
    for (const name of names) {
      const wrapped = (): undefined => undefined;
      put(name, wrapped);
      expect(hostFunctions()[name], name).to.equal(wrapped);
    }
  });

  it('are never fake ones: the real ones that were seen last go on', () => {
    const wrapped = (): undefined => undefined;
    put('setTimeout', wrapped);
    const before = { ...hostFunctions() };
    const clock = sinon.useFakeTimers();
    try {
      expect(hostFunctions()).to.deep.equal(before);
      expect(hostFunctions().setTimeout).to.equal(wrapped);
    } finally {
      clock.restore();
    }
  });

  it('are the real one of some where others only are faked', () => {
    const { setImmediate } = globalThis;
    const before = { ...hostFunctions() };
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const wrapped = (): undefined => undefined;
      put('setImmediate', wrapped);
      expect(hostFunctions()).to.include({ setTimeout: before.setTimeout, setImmediate: wrapped });
      put('setImmediate', setImmediate);
    } finally {
      clock.restore();
    }
  });

  it('are the last ones when all timers are gone, as after a test environment was torn down', () => {
    const before = { ...hostFunctions() };
    for (const name of ['setTimeout', 'clearTimeout', 'setImmediate'] as const) put(name, undefined);
    expect(hostFunctions()).to.deep.equal(before);
  });

  it('are absent where the host has none, or something else in their place', () => {
    put('setImmediate', undefined);
    put('MessageChannel', 'something else');
    expect(hostFunctions()).to.include({ setImmediate: undefined, MessageChannel: undefined });
  });
});

describe('setRef', () => {
  it('does nothing to what is no handle of Node', () => {
    for (const handle of [5, null, undefined, 'timer', {}]) expect(() => setRef(handle, false)).not.to.throw();
  });
});
