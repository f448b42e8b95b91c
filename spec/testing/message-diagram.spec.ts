import { expect } from 'chai';
import fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import { deepEqual } from '../../src/testing/report/deep-equal.js';
import {
  type Message,
  messageRow,
  showMessageValue,
  subscriptionRow,
} from '../../src/testing/report/message-diagram.js';
import { Symbols } from '../../src/testing/report/symbols.js';
import { drawLine, drawTimeline } from '../../src/testing/report/timeline.js';
import { text } from './failure-of.js';

const next = (frame: number, value: unknown): Message => ({ frame, notification: { kind: 'N', value } });
const complete = (frame: number): Message => ({ frame, notification: { kind: 'C' } });
const symbols = (values?: unknown): Symbols => new Symbols(values, deepEqual);
const row = (label: string, ...messages: Message[]) => messageRow(label, messages, symbols());

describe('A diagram of messages', () => {
  it('is read by RxJS as the messages it was drawn from', () => {
    const steps = fc.array(fc.record({ gap: fc.nat(40), size: fc.integer({ min: 1, max: 3 }) }), { maxLength: 8 });
    fc.assert(
      fc.property(steps, (groups) => {
        const messages: Message[] = [];
        let frame = 0;
        for (const { gap, size } of groups) {
          frame += gap;
          for (let i = 0; i < size; i++) messages.push(next(frame, 'abc'[i]));
          // RxJS has no way to write what comes less than a group's width after it.
          frame += size === 1 ? 1 : size + 2;
        }
        messages.push(complete(frame));
        const line = drawLine(messageRow('', messages, symbols()));
        const parsed = new TestScheduler(() => undefined).run(() =>
          TestScheduler.parseMarbles(line, undefined, undefined, false, true),
        );
        expect(parsed.map((message) => [message.frame, message.notification.kind])).to.deep.equal(
          messages.map((message) => [message.frame, message.notification.kind]),
        );
      }),
    );
  });

  it('has every frame in the same column of all its rows, under a ruler', () => {
    const rows = [row('one', next(0, 'a'), next(6, 'b'), complete(12)), row('two', next(6, 'c'))];
    expect(drawTimeline(rows, 6).join('\n')).to.equal(text`
      frame  0    5    10
      one    a-----b-----|
      two    ------c-------
                   ^ frame 6
    `);
  });

  it('stretches time where a group would cover what comes after it', () => {
    const rows = [
      row('one', next(2, 'a'), next(2, 'b'), next(3, 'c'), complete(5)),
      row('two', next(2, 'a'), next(3, 'c'), complete(5)),
    ];
    expect(drawTimeline(rows, null).join('\n')).to.equal(text`
      frame  0       5
      one    --(ab)c-|
      two    --a---c-|
    `);
  });

  it('writes long gaps as time progressions when it would be too wide, with the frame at which time goes on', () => {
    const rows = [row('one', next(2, 'a'), complete(203)), row('two', next(2, 'a'), next(200, 'b'), complete(201))];
    expect(drawTimeline(rows, 200).join('\n')).to.equal(text`
      frame  0         200
      one    --a 197ms ---|
      two    --a 197ms b|
                       ^ frame 200
    `);
  });

  it('is broken into lines when it is too wide nevertheless, and shows those about the mark', () => {
    const many = Array.from({ length: 900 }, (_, index) => next(index, 'a'));
    const lines = drawTimeline([row('one', ...many)], 300);
    expect(lines.filter((line) => line.startsWith('one'))).to.have.lengthOf(3);
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(100);
    expect(lines.find((line) => line.includes('^'))).to.equal(`${' '.repeat(7 + 300 - 3 * 88)}^ frame 300`);
    expect(lines.at(-1)).to.equal('… and 8 more lines of 88 columns …');
  });

  it('has fractions of a frame in columns of their own', () => {
    expect(drawLine(row('', next(1, 'a'), next(1.5, 'b'), next(2, 'c')))).to.equal('-abc-');
  });

  it('is a dash when nothing happens', () => {
    expect(drawLine(row(''))).to.equal('-');
  });
});

describe('A diagram of subscriptions', () => {
  it('is written as RxJS reads it', () => {
    const line = (subscribedFrame: number, unsubscribedFrame: number): string =>
      drawLine(subscriptionRow('', { subscribedFrame, unsubscribedFrame }));
    expect(line(2, 5)).to.equal('--^--!');
    expect(line(0, 0)).to.equal('(^!)');
    expect(line(1, Infinity)).to.equal('-^-');
    expect(line(0, 30)).to.equal('^ 29ms !');
  });
});

describe('A value in a diagram', () => {
  it('has the character the test gave it, itself if it is one, or a letter that is free', () => {
    const given = symbols({ x: { id: 1 }, y: { id: 1 }, A: 2 });
    expect([{ id: 1 }, 2, 'b', 'word', 'word', '|', 'A'].map((value) => given.of(value)).join('')).to.equal('xAbBBCD');
    expect(given.legend()).to.deep.equal(['x = { id: 1 }', 'A = 2', "B = 'word'", "C = '|'", "D = 'A'"]);
  });

  it('is a question mark when all characters are taken', () => {
    const many = symbols();
    for (let value = 0; value < 62; value++) many.of({ value });
    expect(many.of({ value: 62 })).to.equal('?');
    expect(many.legend().at(-1)).to.equal('? = another value');
  });

  it('is written as marbles when it is an inner observable', () => {
    expect(showMessageValue([next(2, 'a'), complete(4)])).to.equal("observable '--a-|'");
    expect(showMessageValue([next(0, 12)])).to.equal("observable 'A-' with A = 12");
    expect(showMessageValue([])).to.equal('[]');
  });
});
