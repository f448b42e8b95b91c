import { expect } from 'chai';
import { debounceTime, Subject } from 'rxjs';
import { TimeOfDay } from '../../src/host/real-time.js';
import { ThreadPool } from '../../src/index.js';
import { TurnScheduler } from '../../src/kernel/turn-scheduler.js';
import { useEnvironment } from '../../src/virtual/in-force.js';
import { HandHost } from '../kernel/support/hand-host.js';

const HOUR = 3_600_000;
const TODAY = 1_700_000_000_000;

/** A host whose wall clock somebody sets. */
class SetHost extends HandHost {
  /** By how much the wall clock is ahead of the loop's. */
  ahead = TODAY;
  private readonly timeOfDay = new TimeOfDay();

  override epoch(mayStep = false): number {
    return this.timeOfDay.at(this.time, this.time + this.ahead, mayStep);
  }
}

describe('A wall clock that is set back', () => {
  let host: SetHost;
  const runner = new ThreadPool({ workers: 1 }).createSequencedTaskRunner();

  beforeEach(() => {
    host = new SetHost();
    useEnvironment(new TurnScheduler(host));
  });

  afterEach(() => useEnvironment(null));

  it('does not stall debounceTime, whose own action is the only delayed one', () => {
    const seen: string[] = [];
    const keys = new Subject<string>();
    keys.pipe(debounceTime(20, runner)).subscribe((key) => seen.push(`${key} at ${host.time}`));
    keys.next('a');
    host.advanceTo(5);
    keys.next('b');
    host.ahead -= HOUR;
    host.advanceTo(100);
    expect(seen).to.deep.equal(['b at 25']);
  });

  it('does not stall debounceTime whose action is due and waits, while others ask for the time', () => {
    const seen: string[] = [];
    const keys = new Subject<string>();
    keys.pipe(debounceTime(20, runner)).subscribe((key) => seen.push(`${key} at ${host.time}`));
    const blocked = runner.postTask(() => new Subject());
    blocked.then(undefined, () => undefined);
    keys.next('a');
    host.comeAll();
    host.ahead -= HOUR;
    host.advanceTo(30);
    expect(runner.now()).to.equal(TODAY + 30);
    blocked.cancel();
    host.comeAll();
    expect(seen).to.deep.equal(['a at 30']);
  });

  it('is followed when what was delayed has run, or was cancelled while it waited', () => {
    expect(runner.now()).to.equal(TODAY);
    const waits = runner.postTask(() => undefined, { delay: 10 });
    waits.then(undefined, () => undefined);
    const blocked = runner.postTask(() => new Subject());
    blocked.then(undefined, () => undefined);
    host.comeAll();
    host.advanceTo(10);
    host.ahead -= HOUR;
    expect(runner.now()).to.equal(TODAY + 10);
    waits.cancel();
    expect(runner.now()).to.equal(TODAY + 10 - HOUR);
    runner.schedule(() => undefined, 5);
    blocked.cancel();
    host.ahead -= HOUR;
    expect(runner.now()).to.equal(TODAY + 10 - HOUR);
    host.advanceTo(20);
    expect(runner.now()).to.equal(TODAY + 20 - 2 * HOUR);
  });
});
