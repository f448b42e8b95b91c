import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { keyed, ThreadPool } from '../../src/index.js';
import * as operators from '../../src/operators/index.js';

const { fromIterable, handOver, taskMap } = operators;

describe('The entry for operators', () => {
  it('exports these names, and no others', () => {
    expect(Object.keys(operators).sort()).to.deep.equal(['fromIterable', 'handOver', 'taskMap']);
  });

  const pool = new ThreadPool();
  const byKey = keyed(pool);
  const project = (value: unknown): unknown => value;
  const wrong = (value: unknown): never => value as never;

  const misuses: Record<string, [() => unknown, typeof TypeError | typeof RangeError, string]> = {
    'a scheduler that is no runner': [
      () => handOver(wrong(asyncScheduler), { capacity: 1 }),
      TypeError,
      'needs a runner',
    ],
    'no runner at all': [() => handOver(wrong(undefined), { capacity: 1 }), TypeError, 'got undefined'],
    'no options': [() => handOver(pool, wrong(undefined)), TypeError, 'an object with a capacity'],
    'no capacity': [() => handOver(pool, wrong({})), TypeError, 'option capacity must be a positive integer or'],
    'a capacity that is no number': [() => handOver(pool, { capacity: wrong('1') }), TypeError, "got '1'"],
    'a capacity of 0': [() => handOver(pool, { capacity: 0 }), RangeError, 'a positive integer or Infinity; got 0'],
    'a policy of queues': [() => handOver(pool, { capacity: 1, whenFull: wrong('wait') }), TypeError, "got 'wait'"],
    'an onDrop that is no function': [() => handOver(pool, { capacity: 1, onDrop: wrong(1) }), TypeError, 'onDrop'],
    'tasks for a view': [() => taskMap(wrong(pool.withPriority('best-effort')), project), TypeError, 'keyed runner'],
    'a project that is no function': [() => taskMap(pool, wrong(1)), TypeError, 'project of taskMap'],
    'a keyed runner without a key': [
      () => taskMap(wrong(byKey), project),
      TypeError,
      'For a keyed runner taskMap needs the option key, a function; got undefined.',
    ],
    'a key without a keyed runner': [
      () => taskMap(pool, project, wrong({ key: project })),
      TypeError,
      'The option key of taskMap is for keyed runners only; got a function.',
    ],
    'no options of taskMap': [() => taskMap(pool, project, wrong(null)), TypeError, 'must be an object'],
    'a trait that there is not': [() => taskMap(pool, project, { priority: wrong('high') }), TypeError, "got 'high'"],
    'a capacity that is no count': [() => taskMap(pool, project, { capacity: 1.5 }), RangeError, 'got 1.5'],
    'a source that is no iterable': [() => fromIterable(pool, wrong(1), project), TypeError, 'must be an iterable'],
    'maxPending without bounds': [
      () => fromIterable(pool, [1], project, { maxPending: Infinity }),
      RangeError,
      'maxPending must be a positive integer',
    ],
  };
  for (const [what, [call, Kind, message]] of Object.entries(misuses)) {
    it(`throws at the call for ${what}`, () => {
      expect(call).to.throw(Kind, message);
    });
  }
});
