import { expect } from 'chai';
import { parseRow } from '../../src/testing/rows/parse-row.js';

const letters = (row: string): string =>
  parseRow(row)
    .map(({ letter, start }) => `${letter}${start}`)
    .join(' ');

describe('parseRow', () => {
  it('takes a column for a frame, and a letter for a run that touches one frame', () => {
    expect(parseRow('--a-b')).to.deep.equal([
      { letter: 'a', start: 2, frames: 1, sign: null, isOpen: false },
      { letter: 'b', start: 4, frames: 1, sign: null, isOpen: false },
    ]);
    expect(parseRow('-----')).to.deep.equal([]);
    expect(parseRow('')).to.deep.equal([]);
  });

  it('ignores spaces', () => {
    expect(letters('  - a  -b')).to.equal('a1 b3');
  });

  it('takes each = for one more frame in which the run holds its sequence', () => {
    expect(parseRow('-a==b')).to.deep.equal([
      { letter: 'a', start: 1, frames: 3, sign: null, isOpen: false },
      { letter: 'b', start: 4, frames: 1, sign: null, isOpen: false },
    ]);
  });

  it('takes ! for the frame in which it was cancelled, and # for that in which it failed', () => {
    expect(parseRow('a=!')).to.deep.equal([
      { letter: 'a', start: 0, frames: 3, sign: { kind: '!', at: 2 }, isOpen: false },
    ]);
    expect(parseRow('a#')[0]!.sign).to.deep.equal({ kind: '#', at: 1 });
    expect(parseRow('(a#)')[0]!.sign).to.deep.equal({ kind: '#', at: 0 });
  });

  it('lets a cancelled run hold on', () => {
    expect(parseRow('-a!==')).to.deep.equal([
      { letter: 'a', start: 1, frames: 4, sign: { kind: '!', at: 2 }, isOpen: false },
    ]);
    expect(parseRow('(a!==)')[0]).to.deep.include({ frames: 3, sign: { kind: '!', at: 0 } });
  });

  it('takes > for a run that had not ended, however long it is drawn', () => {
    expect(parseRow('a>')).to.deep.equal(parseRow('a===>'));
    expect(parseRow('a>')[0]!.isOpen).to.equal(true);
    expect(parseRow('a=!>')[0]).to.deep.include({ frames: 3, isOpen: true });
  });

  it('takes a group for one frame that is as wide as it is written, as in RxJS', () => {
    expect(letters('-(ab)-c')).to.equal('a1 b1 c6');
    expect(letters('-( ab )-c')).to.equal('a1 b1 c6');
  });

  it('takes a sign at the head of a group for the end of the run before it', () => {
    expect(parseRow('a=(!b)')).to.deep.equal([
      { letter: 'a', start: 0, frames: 3, sign: { kind: '!', at: 2 }, isOpen: false },
      { letter: 'b', start: 2, frames: 1, sign: null, isOpen: false },
    ]);
  });

  it('lets time pass where a time stands between spaces', () => {
    expect(letters('a 10ms b')).to.equal('a0 b11');
    expect(letters('2s b 1m c')).to.equal('b2000 c62001');
    expect(letters('1.5s b')).to.equal('b1500');
    expect(letters('-1ms')).to.equal('11 m2 s3');
  });

  it('takes a time inside of a run for time in which it holds its sequence', () => {
    expect(parseRow('a= 10ms =')).to.deep.equal([{ letter: 'a', start: 0, frames: 13, sign: null, isOpen: false }]);
    expect(parseRow('a 10ms !')[0]).to.deep.include({ frames: 12, sign: { kind: '!', at: 11 } });
    expect(parseRow('a 10ms b')[0]!.frames).to.equal(1);
  });

  const wrong: [row: string, message: string][] = [
    ['-=', "In the row '-=' '=' stands behind its run (at its character 2)."],
    ['a-!', "In the row 'a-!' '!' stands behind its run (at its character 3)."],
    ['>', "In the row '>' '>' stands behind its run (at its character 1)."],
    ['a!!', "In the row 'a!!' a run has one sign (at its character 3)."],
    ['(a', "In the row '(a' a group is not closed (at its character 3)."],
    ['a)', "In the row 'a)' no group is open (at its character 2)."],
    ['((a', "In the row '((a' a group cannot be in another (at its character 2)."],
    ['(a-b)', "In the row '(a-b)' time cannot pass inside of a group (at its character 3)."],
    ['(a 5ms b)', "In the row '(a 5ms b)' time cannot pass inside of a group (at its character 4)."],
    ['(a=!)', "In the row '(a=!)' a sign stands before the '=' of a group (at its character 4)."],
    ['a(=b)', "In the row 'a(=b)' '=' stands behind its run (at its character 3)."],
    ['a|', "In the row 'a|' '|' means nothing (at its character 2)."],
    ['^a', "In the row '^a' '^' means nothing (at its character 1)."],
  ];
  for (const [row, message] of wrong) {
    it(`says what is wrong with ${row}`, () => {
      expect(() => parseRow(row)).to.throw(SyntaxError, message);
    });
  }
});
