import { expect } from 'chai';
import { configure, settings } from '../../src/kernel/settings.js';

/** What `configure` says to settings that have no business being there. */
function complaint(input: object): () => void {
  return () => configure(input);
}

describe('configure', () => {
  beforeEach(() => configure({ turnBudget: 5 }));

  const before = structuredClone(settings);

  afterEach(() => Object.assign(settings, structuredClone(before)));

  it('starts from a budget of 5 ms, and waits of 1 and 10 s', () => {
    expect(before).to.deep.equal({ turnBudget: 5, maxWait: [Infinity, 1_000, 10_000] });
  });

  it('changes what it is given and leaves the rest as it is', () => {
    configure({ turnBudget: 8 });
    expect(settings).to.deep.equal({ ...before, turnBudget: 8 });
    configure({ maxWait: { 'best-effort': Infinity } });
    expect(settings).to.deep.equal({ turnBudget: 8, maxWait: [Infinity, 1_000, Infinity] });
    configure({ maxWait: { 'user-visible': 0.5 } });
    configure({});
    expect(settings).to.deep.equal({ turnBudget: 8, maxWait: [Infinity, 0.5, Infinity] });
  });

  it('says which times it takes, and what it was given', () => {
    for (const [value, shown] of [
      [0, '0'],
      [-1, '-1'],
      [NaN, 'NaN'],
      ['8', "'8'"],
      [null, 'null'],
    ] as const) {
      const end = `must be a positive number of milliseconds; got ${shown}.`;
      const Kind = typeof value === 'number' ? RangeError : TypeError;
      expect(complaint({ turnBudget: value })).to.throw(Kind, `turnBudget ${end}`);
      expect(complaint({ maxWait: { 'best-effort': value } })).to.throw(Kind, `maxWait of best-effort ${end}`);
    }
  });

  it('takes the web’s word for best-effort', () => {
    configure({ maxWait: { background: 5 } });
    expect(settings.maxWait).to.deep.equal([Infinity, 1_000, 5]);
  });

  it('leaves what is undefined as it is', () => {
    configure({ turnBudget: undefined, maxWait: undefined });
    configure({ maxWait: { 'user-visible': undefined, background: undefined } });
    expect(settings).to.deep.equal(before);
  });

  it('has no wait for user-blocking work, nor for priorities that do not exist', () => {
    const message = "maxWait is of 'user-visible' and 'best-effort' only; got 'user-blocking'.";
    expect(complaint({ maxWait: { 'user-blocking': 5 } })).to.throw(TypeError, message);
    expect(complaint({ maxWait: { urgent: 5 } })).to.throw(TypeError, "'background'; got 'urgent'.");
  });

  it('changes nothing when anything is wrong', () => {
    expect(complaint({ turnBudget: 8, maxWait: { 'user-visible': 5, 'best-effort': 0 } })).to.throw(RangeError);
    expect(complaint({ turnBudget: 0, maxWait: { 'user-visible': 5 } })).to.throw(RangeError);
    expect(settings).to.deep.equal(before);
  });
});
