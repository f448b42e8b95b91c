import { expect } from 'chai';
import fc from 'fast-check';
import { parseRow } from '../../src/testing/rows/parse-row.js';
import { type TaskRun, textOf } from '../../src/testing/rows/task-run.js';
import { Columns, toTracks } from '../../src/testing/rows/tracks.js';

/** Any run that a record can become. */
const run: fc.Arbitrary<TaskRun> = fc
  .record({
    letter: fc.constantFrom('a', 'b', 'C', '1'),
    start: fc.nat(120),
    held: fc.oneof(fc.nat(4), fc.nat(60)),
    kind: fc.constantFrom(null, '!' as const, '#' as const),
    afterSign: fc.nat(20),
    isOpen: fc.boolean(),
  })
  .map(({ letter, start, held, kind, afterSign, isOpen }) => {
    const sign = kind === null ? null : { kind, at: start + held };
    const closed = sign === null ? held + 1 : held + 1 + afterSign;
    return { letter, start, frames: isOpen ? (sign === null ? 1 : held + 1) : closed, sign, isOpen };
  });

const inOrder = (runs: readonly TaskRun[]): string[] => runs.map((one) => `${one.start} ${textOf(one)}`).sort();

describe('toTracks', () => {
  it('writes what parseRow reads: the same runs, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 12 }), (runs) => {
        const tracks = toTracks(runs);
        const columns = new Columns(tracks);
        const texts = tracks.map((track) => columns.write(track));
        expect(inOrder(texts.flatMap(parseRow))).to.deep.equal(inOrder(runs));
      }),
    );
  });

  it('and parseRow reads what it has written as it was: to read and write once more changes nothing', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 12 }), (runs) => {
        for (const track of toTracks(runs)) {
          expect(toTracks(parseRow(new Columns([track]).write(track)))).to.deep.equal([track]);
        }
      }),
    );
  });

  it('writes runs that touch one frame as a group, in their order', () => {
    expect(toTracks([...parseRow('-b'), ...parseRow('-a'), ...parseRow('-(c#)')])).to.deep.equal(['-(bac#)']);
  });

  it('writes runs that overlap one below the other, each in the columns of its frames', () => {
    expect(toTracks([...parseRow('a==='), ...parseRow('-b='), ...parseRow('----c')])).to.deep.equal(['a===c', '-b=']);
  });

  it('writes nothing behind a run that has not ended', () => {
    expect(toTracks([...parseRow('a>'), ...parseRow('-----b')])).to.deep.equal(['a>', '-----b']);
  });
});

describe('Columns', () => {
  const written = (...rows: string[]) => {
    const tracks = rows.flatMap((row) => toTracks(parseRow(row)));
    const columns = new Columns(tracks);
    return [columns.ruler(), ...tracks.map((track) => columns.write(track))];
  };

  it('puts a frame in the same column in every row', () => {
    expect(written('--a', 'b=====')).to.deep.equal(['0', '--a---', 'b=====']);
  });

  it('writes a long stretch in which nothing changes as a time', () => {
    expect(written('a 150ms b', '100ms c')).to.deep.equal([
      '0       99       150',
      'a- 97ms --- 48ms -b',
      '-- 97ms -c- 48ms --',
    ]);
  });

  it('writes a time inside of a run, which holds its sequence meanwhile', () => {
    expect(written('a= 150ms =', '-b')).to.deep.equal(['0         152', 'a== 149ms =', '-b- 149ms -']);
  });

  it('counts frames as the ruler does, behind a stretch that is left out, too', () => {
    const columns = new Columns(toTracks(parseRow('a 150ms b')));
    const [text] = written('a 150ms b').slice(1);
    expect(text![columns.placeOf(0)]).to.equal('a');
    expect(text![columns.placeOf(151)]).to.equal('b');
    expect(columns.placeOf(70)).to.equal(text!.indexOf('1'));
  });
});
