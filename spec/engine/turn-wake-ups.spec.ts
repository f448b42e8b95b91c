import { expect } from 'chai';
import { Turns } from './support/turns.js';

describe('The wake-up of a turn', () => {
  let turns: Turns;

  beforeEach(() => (turns = new Turns()));

  describe('that is lost, with the function it was asked of,', () => {
    beforeEach(() => {
      turns.host.isReplaced = true;
      turns.post('lost');
      turns.host.loseWake();
      turns.host.read();
    });

    it('is asked for again by the next post to the same sequence', () => {
      turns.post('next');
      expect(turns.host.read()).to.deep.equal(['wake']);
      turns.host.comeWake();
      expect(turns.read()).to.equal('lost next');
    });

    it('is asked for again when a delay is over', () => {
      turns.postDelayed('late', 5);
      turns.host.advanceTo(5);
      turns.host.comeWake();
      expect(turns.read()).to.equal('lost late');
    });
  });

  it('that does not keep the process alive does so once something is due that does', () => {
    turns.postDelayed('save', 5);
    turns.post('quiet', 0, { keepAlive: false });
    expect(turns.host.wakeKeepsAlive).to.equal(false);
    turns.host.advanceTo(5);
    expect(turns.host.keepsProcessAlive).to.equal(true);
    turns.host.comeWake();
    expect(turns.read()).to.equal('quiet save');
  });

  it('that does not keep the process alive does not do so for what is due and does not either', () => {
    turns.postDelayed('log', 5, { keepAlive: false });
    turns.post('quiet', 0, { keepAlive: false });
    turns.host.advanceTo(5);
    expect(turns.host.keepsProcessAlive).to.equal(false);
  });
});
