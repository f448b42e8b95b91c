import { bufferTime, map } from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

/** A buffer as one letter would be lost on the reader: it is written as the text of its values. */
const asText = map((values: string[]) => values.join(''));

describe('bufferTime gives the same diagram with a runner as with asyncScheduler', () => {
  it('by a span: buffers lie end to end', () => {
    sameDiagram((scheduler, { hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c---d-e-|   ');
      const subscribed = '^------------!   ';
      const expected = '  ----p---q---r(s|)';
      const values = { p: 'ab', q: 'c', r: 'de', s: '' };
      expectObservable(source.pipe(bufferTime(4, scheduler), asText)).toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('by a span and a longer creation interval: there are gaps, and what comes in a gap is dropped', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      // Opened in frames 0, 6 and 12. b and e come in the last frame of theirs, before the work of that frame.
      const source = hot('-a-b-c-d-e-f-|   ');
      const expected = '  ---p-----q---(r|)';
      const values = { p: 'ab', q: 'de', r: '' };
      expectObservable(source.pipe(bufferTime(3, 6, scheduler), asText)).toBe(expected, values);
    });
  });

  it('by a span and a shorter creation interval: buffers overlap', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      const source = hot('-a--b--c--d--|    ');
      const expected = '  -----p--q--r-(st|)';
      // Opened in frames 0, 3, 6, 9 and 12; those of 9 and 12 are open when the source ends.
      const values = { p: 'ab', q: 'bc', r: 'cd', s: 'd', t: '' };
      expectObservable(source.pipe(bufferTime(5, 3, scheduler), asText)).toBe(expected, values);
    });
  });

  it('by a span and a size: whichever comes first, and then a new span begins', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      const source = hot('-ab----c---de-|   ');
      const expected = '  --p-----q---r-(s|)';
      const values = { p: 'ab', q: 'c', r: 'de', s: '' };
      expectObservable(source.pipe(bufferTime(6, null, 2, scheduler), asText)).toBe(expected, values);
    });
  });

  it('what is in a buffer when the source fails is lost', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-b-c-#');
      const expected = '   ----p--#';
      expectObservable(source.pipe(bufferTime(4, scheduler), asText)).toBe(expected, { p: 'ab' });
    });
  });

  it('unsubscribing ends the ticking', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-c-d-e-f-|');
      const unsubscribed = ' ^-------!     ';
      // The second buffer is due in the frame of the marker: unsubscribing comes first.
      const expected = '     ----p----     ';
      expectObservable(source.pipe(bufferTime(4, scheduler), asText), unsubscribed).toBe(expected, { p: 'ab' });
      expectSubscriptions(source.subscriptions).toBe(unsubscribed);
    });
  });
});
