import { expect } from 'chai';
import sinon from 'sinon';
import { ThreadPool } from '../../src/index.js';
import { hub, type Listener } from '../../src/kernel/events.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { HandScheduler, TinyOwner } from './support/hand-scheduler.js';
import { TinyTask } from './support/tiny-task.js';

const runner = new ThreadPool().createSequencedTaskRunner();

describe('The event hub', () => {
  let clock: sinon.SinonFakeTimers;
  const stops: (() => void)[] = [];

  let wasHeard: boolean;

  beforeEach(() => {
    // Something that another spec waits for, and that never comes, may listen still.
    wasHeard = hub.isHeard;
    clock = sinon.useFakeTimers();
  });
  afterEach(() => {
    clock.restore();
    for (const stop of stops.splice(0)) stop();
    expect(hub.isHeard).to.equal(wasHeard);
  });

  const listen = (listener: Listener): (() => void) => {
    const stop = hub.listen(listener);
    stops.push(stop);
    return stop;
  };

  it('tells everybody who listens, in the order in which they came, the life of a task', () => {
    const log: string[] = [];
    for (const name of ['first', 'second']) {
      listen({
        posted: () => log.push(`${name} posted`),
        started: () => log.push(`${name} started`),
        settled: (task) => log.push(`${name} settled ${(task as unknown as { state: string }).state}`),
        ended: () => log.push(`${name} ended`),
      });
    }
    void runner.postTask(() => undefined);
    clock.tick(1);
    expect(log).to.deep.equal([
      'first posted',
      'second posted',
      'first started',
      'second started',
      'first settled done',
      'second settled done',
      'first ended',
      'second ended',
    ]);
  });

  it('stops for one and goes on for the others, and is heard while there is one', () => {
    const [stopped, stays] = [sinon.spy(), sinon.spy()];
    const stop = listen({ posted: stopped });
    const stopLast = listen({ posted: stays });
    stop();
    stop();
    runner.schedule(() => undefined);
    expect([stopped.callCount, stays.callCount, hub.isHeard]).to.deep.equal([0, 1, true]);
    stopLast();
    expect(hub.isHeard).to.equal(wasHeard);
  });

  it('lets one stop while it is told something, and the others are told of it all the same', () => {
    const told = sinon.spy();
    const stop = listen({ posted: () => stop() });
    listen({ posted: told });
    runner.schedule(() => undefined);
    expect(told.callCount).to.equal(1);
  });

  it('tells what leaves before its turn, what is armed anew, and what an action throws', () => {
    const log: string[] = [];
    listen({
      left: () => log.push('left'),
      moved: (task, from) => log.push(`moved ${from === task.sequence ? 'within' : 'from'} its sequence`),
      failed: (_, error) => log.push(`failed ${(error as Error).message}`),
      ended: () => log.push('ended'),
    });
    runner.schedule(() => undefined).unsubscribe();
    const action = runner.schedule(function () {
      if (log.length < 3) throw new Error('no');
    }, 5);
    (action as unknown as { schedule(state?: unknown, delay?: number): void }).schedule(undefined, 2);
    expect(() => clock.tick(10)).to.throw('no');
    expect(log).to.deep.equal(['left', 'moved within its sequence', 'failed no', 'ended']);
  });

  it('is heard by a TaskEnvironment until that is disposed of, and by nobody then', () => {
    const environment = new TaskEnvironment();
    expect(hub.isHeard).to.equal(true);
    environment.dispose();
    expect(hub.isHeard).to.equal(wasHeard);
  });

  it('tells nobody of the library’s own tasks', () => {
    const told = sinon.spy();
    listen({ posted: told, started: told, left: told, moved: told, ended: told, failed: told, settled: told });
    const scheduler = new HandScheduler();
    const { sequence } = new TinyOwner(scheduler);
    const [runs, leaves] = [1, 2].map(() => new TinyTask(sequence, '', { isInternal: true }));
    for (const task of [runs!, leaves!]) scheduler.arm(task, 0);
    leaves!.unsubscribe();
    scheduler.drain();
    expect(runs!.runs).to.equal(1);
    hub.posted(runs!);
    hub.moved(runs!, sequence);
    hub.failed(runs!, new Error('no'));
    hub.settled(runs!);
    expect(told.callCount).to.equal(0);
  });
});
