import { expect } from 'chai';
import {
  bounded,
  flush,
  stats,
  TaskRejectedError,
  type TaskRunner,
  type WhenFull,
  whenIdle,
  whenRoom,
} from '../../src/index.js';
import { type Bounded, boundedRunners } from '../support/bounded-runners.js';
import { SlowTasks } from '../support/slow-tasks.js';
import { rejectionOf, turns } from '../support/support.js';

for (const [kind, make] of Object.entries(boundedRunners)) {
  describe(`The bounded queue of ${kind}`, () => {
    let made: Bounded;
    let runner: TaskRunner;
    let slow: SlowTasks;
    let heard: unknown[];

    /** A queue with room for two, behind a task that runs. */
    const begin = async (whenFull?: WhenFull): Promise<void> => {
      heard = [];
      made = make({ queue: bounded(2, whenFull), onTaskError: (error) => heard.push(error) });
      ({ runner } = made);
      slow = new SlowTasks(runner);
      void slow.post('runs');
      await turns();
      expect(slow.begun).to.deep.equal(['runs']);
    };
    const states = (handles: readonly { readonly state: string }[]): string[] => handles.map(({ state }) => state);
    const post = (...names: string[]) => names.map((name) => slow.post(name));

    it("takes what it has room for, and with 'reject' refuses the rest", async () => {
      await begin();
      const handles = post('a', 'b', 'c', 'd');
      expect(states(handles)).to.deep.equal(['pending', 'pending', 'rejected', 'rejected']);
      const error = await rejectionOf(handles[2]!);
      expect(error).to.be.an.instanceof(TaskRejectedError);
      expect(error).to.have.property('reason', 'full');
      expect(error.message).to.contain('the queue is full').and.to.contain("'bounded'");
      await rejectionOf(handles[3]!);
      await slow.end('runs', 'a', 'b');
      expect(slow.begun).to.deep.equal(['runs', 'a', 'b']);
      expect(made.stats()).to.include({ rejected: 2, dropped: 0, queued: 0 });
      expect(stats(runner)).to.include({ rejected: 2, dropped: 0, queued: 0 });
    });

    it("drops the oldest with 'drop-oldest', and keeps the order of the others", async () => {
      await begin('drop-oldest');
      const handles = post('a', 'b', 'c', 'd', 'e');
      expect(states(handles)).to.deep.equal(['rejected', 'rejected', 'rejected', 'pending', 'pending']);
      for (const handle of handles.slice(0, 3)) expect(await rejectionOf(handle)).to.have.property('reason', 'full');
      expect(stats(runner)).to.include({ queued: 2, rejected: 0, dropped: 3 });
      await slow.end('runs', 'd', 'e');
      expect(slow.begun).to.deep.equal(['runs', 'd', 'e']);
      expect(made.stats()).to.include({ rejected: 0, dropped: 3, queued: 0 });
    });

    it("drops what comes with 'drop-newest', as long as it is full", async () => {
      await begin('drop-newest');
      const handles = post('a', 'b', 'c', 'd');
      expect(states(handles)).to.deep.equal(['pending', 'pending', 'rejected', 'rejected']);
      for (const handle of handles.slice(2)) expect(await rejectionOf(handle)).to.have.property('reason', 'full');
      handles[0]!.cancel();
      await rejectionOf(handles[0]!);
      post('e');
      await slow.end('runs', 'b', 'e');
      expect(slow.begun).to.deep.equal(['runs', 'b', 'e']);
      expect(made.stats()).to.include({ rejected: 0, dropped: 2 });
    });

    it("takes everything with 'wait', since whoever posts waits for room", async () => {
      await begin('wait');
      const handles = post('a', 'b', 'c', 'd');
      expect(stats(runner)).to.include({ queued: 4, rejected: 0, dropped: 0 });
      let hasRoom = false;
      void whenRoom(runner).then(() => (hasRoom = true));
      await slow.end('runs', 'a');
      expect(hasRoom).to.be.false;
      await slow.end('b', 'c');
      expect(hasRoom).to.be.true;
      await slow.end('d');
      expect(states(handles)).to.deep.equal(['done', 'done', 'done', 'done']);
    });

    it("tells onTaskError of what it refuses with 'reject', if nobody looks at the handle, and of nothing else", async () => {
      for (const [whenFull, count] of [
        ['reject', 1],
        ['drop-oldest', 0],
        ['drop-newest', 0],
        ['wait', 0],
      ] as const) {
        await begin(whenFull);
        for (const name of ['a', 'b', 'unseen', 'seen']) {
          const handle = slow.post(name);
          if (name === 'seen') handle.then(null, () => undefined);
        }
        await turns();
        expect(heard, whenFull).to.have.lengthOf(count);
        if (count > 0) expect(heard[0]).to.have.property('reason', 'full');
        await slow.end('runs', 'a', 'b', 'unseen', 'seen');
      }
    });

    for (const whenFull of ['reject', 'drop-oldest', 'drop-newest'] as const) {
      it(`never drops an action, nor counts one, with '${whenFull}'`, async () => {
        await begin(whenFull);
        const log: number[] = [];
        for (let i = 0; i < 10; i++) runner.schedule(() => log.push(i));
        const handles = post('a', 'b');
        for (let i = 10; i < 20; i++) runner.schedule(() => log.push(i));
        expect(states(handles)).to.deep.equal(['pending', 'pending']);
        const [c] = post('c');
        expect(states([...handles, c!]).filter((state) => state === 'rejected')).to.have.lengthOf(1);
        for (const handle of [...handles, c!]) handle.then(null, () => undefined);
        await slow.end('runs', 'a', 'b', 'c');
        await flush(runner);
        expect(log).to.deep.equal(Array.from({ length: 20 }, (_, i) => i));
        expect(slow.begun).to.deep.equal(whenFull === 'drop-oldest' ? ['runs', 'b', 'c'] : ['runs', 'a', 'b']);
      });
    }

    it('is for what waits, not for what runs or is delayed', async () => {
      await begin();
      const delayed = [1, 2, 3].map(() => runner.postTask(() => 0, { delay: 60_000 }));
      const handles = post('a', 'b');
      expect(states([...delayed, ...handles])).to.deep.equal(Array.from({ length: 5 }, () => 'pending'));
      for (const handle of delayed) {
        handle.then(null, () => undefined);
        handle.cancel();
      }
      await slow.end('runs', 'a', 'b');
    });

    it('has room for one more when a queued task is cancelled', async () => {
      await begin();
      const [a] = post('a', 'b');
      a!.cancel();
      const [c, d] = post('c', 'd');
      expect(states([a!, c!, d!])).to.deep.equal(['cancelled', 'pending', 'rejected']);
      for (const handle of [a!, d!]) await rejectionOf(handle);
      await slow.end('runs', 'b', 'c');
      expect(slow.begun).to.deep.equal(['runs', 'b', 'c']);
    });

    it('leaves nothing of what it has dropped to run, or to be waited for', async () => {
      await begin('drop-oldest');
      for (const handle of post('a', 'b', 'c')) handle.then(null, () => undefined);
      const flushed = flush(runner);
      await slow.end('runs', 'b', 'c');
      await flushed;
      await whenIdle(runner);
      expect(slow.begun).to.deep.equal(['runs', 'b', 'c']);
      expect(stats(runner)).to.include({ queued: 0, running: 0 });
    });
  });
}
