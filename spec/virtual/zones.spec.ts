import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

interface Seen {
  readonly [what: string]: unknown;
  readonly 'in fakeAsync': Record<string, unknown[]>;
}

/** What a process that has loaded zone.js has seen. */
async function runWithZones(): Promise<Seen> {
  const program = `${import.meta.dirname}/programs/zones.ts`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Seen;
}

describe('Where zone.js is loaded', () => {
  let seen: Seen;

  before(async function () {
    this.timeout(30_000);
    seen = await runWithZones();
  });

  it('an action runs in the zone in which it was scheduled, and so does a timer', () => {
    expect([seen['action of A'], seen['timer of B']]).to.deep.equal(['A', 'B']);
  });

  it('a task runs in the zone in which it was posted, and in the root zone when it was posted in none', () => {
    expect([seen['task of B'], seen['task of nobody']]).to.deep.equal(['B', '<root>']);
  });

  it('a zone is entered once for each of its tasks', () => {
    expect(seen['entries for three tasks']).to.equal(3);
  });

  it('an error that nobody awaits is told to the zone of the task, and to no other', () => {
    expect(seen['errors']).to.deep.equal({ A: [], B: ['of B'] });
  });

  for (const kind of ['sequenced', 'pool', 'keyed']) {
    it(`tick() and flush() of fakeAsync run what is due on a ${kind} runner, and now() follows them`, () => {
      expect(seen['in fakeAsync'][kind]).to.deep.equal(['stream', 0, 'typed', 1, 40, 'delayed', 'flushed 10']);
    });
  }

  it('a task that is left when a fakeAsync test ends is reported as a pending timer', () => {
    const message = '1 timer(s) still in the queue.';
    expect(seen['left behind']).to.deep.equal([message, message]);
  });

  it('what a fakeAsync test leaves behind hurts no task, delay or repetition afterwards', () => {
    const afterwards = ['afterwards', 'afterwards, delayed', 'afterwards, repeating'].map((what) => seen[what]);
    expect(afterwards).to.deep.equal(['task', 'delayed', 3]);
  });
});
