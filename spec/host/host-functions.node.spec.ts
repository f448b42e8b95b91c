import { expect } from 'chai';
import { setRef } from '../../src/host/host-functions.js';

describe('setRef', () => {
  it('says of a handle of Node whether it keeps the process alive', () => {
    const timer = setTimeout(() => undefined, 1_000);
    try {
      setRef(timer, false);
      expect(timer.hasRef()).to.equal(false);
      setRef(timer, true);
      expect(timer.hasRef()).to.equal(true);
    } finally {
      clearTimeout(timer);
    }
  });
});
