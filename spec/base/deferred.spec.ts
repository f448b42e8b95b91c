import { expect } from 'chai';
import { Deferred } from '../../src/base/deferred.js';

describe('A deferred', () => {
  it('is a promise that is resolved from outside, once', async () => {
    const deferred = new Deferred();
    deferred.resolve(1);
    deferred.resolve(2);
    deferred.reject('too late');
    expect(await deferred.promise).to.equal(1);
  });

  it('is a promise that is rejected from outside', async () => {
    const deferred = new Deferred();
    deferred.reject('expected');
    const reason = await deferred.promise.then(
      () => 'resolved',
      (error: unknown) => error,
    );
    expect(reason).to.equal('expected');
  });
});
