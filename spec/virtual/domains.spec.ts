import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

describe('Where node:domain is loaded', () => {
  let seen: Record<string, unknown>;

  before(async function () {
    this.timeout(30_000);
    const program = `${import.meta.dirname}/programs/domains.ts`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
    seen = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  });

  it('a task and a timer run in the domain in which they were posted', () => {
    expect([seen['task'], seen['timer']]).to.deep.equal(['mine', 'mine']);
  });

  it('a task that was posted in no domain runs in none, also when it shares a wake-up with one that was', () => {
    expect([seen['task of nobody'], seen['later task of nobody']]).to.deep.equal(['none', 'none']);
  });

  it('an error that nobody awaits goes to the domain of its task', () => {
    expect(seen['errors']).to.deep.equal(['of mine']);
  });
});
