import { expect } from 'chai';
import sinon from 'sinon';
import { followSignal } from '../../src/base/signal-followers.js';
import { uncaughtDuring } from '../support/support.js';

describe('The followers of a signal', () => {
  let controller: AbortController;
  let log: string[];

  beforeEach(() => {
    controller = new AbortController();
    log = [];
  });

  const follow = (name: string): (() => void) => followSignal(controller.signal, () => log.push(name));

  it('are told in the order in which they came, once', () => {
    ['a', 'b', 'c'].forEach(follow);
    controller.abort();
    controller.signal.dispatchEvent(new Event('abort'));
    expect(log).to.deep.equal(['a', 'b', 'c']);
  });

  it('are told no more once they have left, by another of them too', () => {
    const leaves: (() => void)[] = [];
    leaves.push(follow('leaves'));
    followSignal(controller.signal, () => leaves.forEach((leave) => leave()));
    leaves.push(follow('is made to leave'));
    follow('stays');
    leaves[0]!();
    controller.abort();
    leaves[0]!();
    expect(log).to.deep.equal(['stays']);
  });

  it('have one listener, which goes with the last of them, and comes again with the next', () => {
    const { signal } = controller;
    const [added, removed] = [sinon.spy(signal, 'addEventListener'), sinon.spy(signal, 'removeEventListener')];
    const [first, second] = [follow('first'), follow('second')];
    first();
    expect([added.callCount, removed.callCount]).to.deep.equal([1, 0]);
    second();
    second();
    expect([added.callCount, removed.callCount]).to.deep.equal([1, 1]);
    follow('third');
    expect(added.callCount).to.equal(2);
    controller.abort();
    expect([removed.callCount, log]).to.deep.equal([2, ['third']]);
  });

  it('do not hurt each other: what one throws is uncaught, and so is what several do', async () => {
    const throwing = (message: string): void =>
      void followSignal(controller.signal, () => {
        throw new Error(message);
      });
    throwing('1');
    follow('a');
    expect(await uncaughtDuring(() => controller.abort())).to.have.lengthOf(1);

    controller = new AbortController();
    throwing('1');
    follow('b');
    throwing('2');
    const [error] = await uncaughtDuring(() => controller.abort());
    expect((error as AggregateError).errors.map(({ message }: Error) => message)).to.deep.equal(['1', '2']);
    expect(log).to.deep.equal(['a', 'b']);
  });
});
