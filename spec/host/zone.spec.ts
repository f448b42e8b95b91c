import { expect } from 'chai';
import { currentFakeAsync, hasSurroundings, outOfSurroundings, surroundingsNow } from '../../src/host/zone.js';

/** A zone of zone.js as far as it is used, with a log of what runs in it. */
class TestZone {
  readonly log: string[] = [];
  readonly caught: unknown[] = [];

  constructor(private readonly properties: Record<string, unknown> = {}) {}

  get(key: string): unknown {
    return this.properties[key];
  }

  run<R>(call: () => R): R {
    this.log.push('run');
    return call();
  }

  runGuarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.caught.push(error);
    }
  }
}

describe('The surroundings of a task', () => {
  const root = new TestZone();

  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'Zone');
  });

  const enter = (current: TestZone): void => void Object.assign(globalThis, { Zone: { root, current } });

  it('are none where neither zone.js nor a domain is', () => {
    expect(surroundingsNow()).to.equal(null);
    expect(currentFakeAsync()).to.equal(null);
    expect(outOfSurroundings(() => 5)).to.equal(5);
  });

  it('are looked for once zone.js is loaded', () => {
    expect(hasSurroundings()).to.equal(false);
    enter(root);
    expect(hasSurroundings()).to.equal(true);
    Reflect.deleteProperty(globalThis, 'Zone');
  });

  it('are the zone, unless that is the root zone', () => {
    enter(root);
    expect(surroundingsNow()).to.equal(null);
    const zone = new TestZone();
    enter(zone);
    const around = surroundingsNow()!;
    expect(around.run(() => 'result')).to.equal('result');
    expect(zone.log).to.deep.equal(['run']);
    around.runGuarded(() => {
      throw 'error of the zone';
    });
    expect(zone.caught).to.deep.equal(['error of the zone']);
  });

  it('are a fakeAsync test, if they are its zone', () => {
    const time = { getCurrentTickTime: () => 0, getFakeSystemTime: () => 0 };
    enter(new TestZone({ FakeAsyncTestZoneSpec: time }));
    expect(currentFakeAsync()).to.equal(time);
    for (const spec of [undefined, {}, 5]) {
      enter(new TestZone({ FakeAsyncTestZoneSpec: spec }));
      expect(currentFakeAsync()).to.equal(null);
    }
  });
});
