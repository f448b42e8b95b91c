import { expect } from 'chai';
import * as entry from '../../src/post-task/index.js';
import { errorOf } from '../support/support.js';

const { install, scheduler, TaskController, TaskPriorityChangeEvent, TaskSignal } = entry;
const GLOBALS = { scheduler, TaskController, TaskPriorityChangeEvent, TaskSignal };

describe('The entry post-task', () => {
  it('exports these names, and no others', () => {
    expect(Object.keys(entry).sort()).to.deep.equal([...Object.keys(GLOBALS), 'install'].sort());
  });

  it('touches no global unless it is asked to', () => {
    for (const [name, value] of Object.entries(GLOBALS)) {
      expect((globalThis as Record<string, unknown>)[name]).not.to.equal(value);
    }
  });
});

describe('install', () => {
  it('defines all four globals, and returns what takes them away again', () => {
    const target: Record<string, unknown> = {};
    const restore = install(target);
    expect({ ...target, TaskController, TaskPriorityChangeEvent, TaskSignal }).to.deep.equal(GLOBALS);
    expect(Object.keys(target)).to.deep.equal(['scheduler']);
    expect(target['TaskSignal']).to.equal(TaskSignal);
    target['scheduler'] = 'replaced';
    restore();
    expect(Reflect.ownKeys(target)).to.deep.equal([]);
  });

  it('leaves a scheduler alone that has postTask and yield', () => {
    const own = { postTask: () => undefined, yield: () => undefined };
    const target = { scheduler: own };
    install(target)();
    expect(target).to.deep.equal({ scheduler: own });
  });

  it('replaces one without yield, and with force any, until that is undone', () => {
    const old = { postTask: () => undefined };
    const whole = { ...old, yield: () => undefined };
    for (const [own, options] of [
      [old, {}],
      [whole, { force: true }],
    ] as const) {
      const target = { scheduler: own as object };
      const restore = install(target, options);
      expect(target.scheduler).to.equal(scheduler);
      restore();
      expect(Object.entries(target)).to.deep.equal([['scheduler', own]]);
    }
  });

  it('throws a TypeError for options that are no object, and for a target that is frozen', () => {
    expect(errorOf(() => install({}, 'force' as never))).to.be.an.instanceof(TypeError);
    expect(errorOf(() => install(Object.freeze({})))).to.be.an.instanceof(TypeError);
  });
});
