import { expect } from 'chai';
import { asyncScheduler, delay } from 'rxjs';
import { sameDiagram } from './same-diagram.js';

describe('sameDiagram', () => {
  it('says which scheduler gives another diagram', () => {
    // Its `schedule` is asyncScheduler's, with a frame more.
    const late = Object.create(asyncScheduler) as typeof asyncScheduler;
    late.schedule = (work, frames = 0, state) => asyncScheduler.schedule(work, frames + 1, state);
    const comparison = () =>
      sameDiagram(
        (scheduler, { cold, expectObservable }) => {
          const source = cold('-a-|');
          const expected = '   ---(a|)';
          expectObservable(source.pipe(delay(2, scheduler))).toBe(expected);
        },
        [
          ['asyncScheduler', asyncScheduler],
          ['a scheduler that is late', late],
        ],
      );
    expect(comparison).to.throw(/^With a scheduler that is late: /);
  });

  it('fails when a test compares nothing', () => {
    expect(() => sameDiagram(() => undefined)).to.throw('never called expectObservable');
  });
});
