import { expect } from 'chai';
import { map, throwError, timer } from 'rxjs';
import { postTaskAndReply } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { brief, lasting } from '../support/tasks.js';

const NAMES = { name: 'load', reply: { name: 'show' } };

describe('A reply runs when the task has ended well, on the runner that asked', () => {
  it('that is the one whose task posts, unless another is named', () => {
    marbles(({ runner, expectTasks }) => {
      const [io, ui, log] = [runner({ name: 'io' }), runner({ name: 'ui' }), runner({ name: 'log' })];
      const ask = () => {
        postTaskAndReply(io, lasting(3), lasting(2), { ...NAMES });
        postTaskAndReply(io, lasting(2), lasting(1), { on: log, ...NAMES });
      };
      ui.postTask(ask, { name: 'ask' });
      expectTasks().toBe({
        io: ' l==l=',
        ui: ' a--s=',
        log: '-----s',
      });
    });
  });

  it('there it waits its turn, behind what was posted before the task had ended', () => {
    marbles(({ runner, expectTasks }) => {
      const [io, ui] = [runner({ name: 'io' }), runner({ name: 'ui' })];
      postTaskAndReply(io, lasting(2), lasting(2), { on: ui, ...NAMES });
      ui.postTask(lasting(4), { name: 'a' });
      timer(1).subscribe(() => void ui.postTask(lasting(2), { name: 'b' }));
      timer(3).subscribe(() => void ui.postTask(lasting(2), { name: 'c' }));
      expectTasks().toBe({
        io: 'l=',
        ui: 'a===b=s=c=',
      });
    });
  });

  it('it gets the result, and the handle has the result of the reply', () => {
    const shown: unknown[] = [];
    marbles(({ runner, hot, expectTasks, expectObservable }) => {
      const [io, ui] = [runner({ name: 'io' }), runner({ name: 'ui' })];
      const page = hot('  --x--y-|     ');
      const loading = '   l======      ';
      const showing = '   -------s==   ';
      const looks = hot(' ----?---?--?|');
      const states = '    ----p---r--d|';
      const show = (result: string) => {
        shown.push(result);
        return timer(3);
      };
      const handle = postTaskAndReply(io, () => page, show, { on: ui, ...NAMES });
      handle.add(() => shown.push(handle.state));
      // Pending, running, done: as the reply is.
      expectObservable(looks.pipe(map(() => handle.state.charAt(0)))).toBe(states);
      expectTasks().toBe({ io: loading, ui: showing });
    });
    expect(shown).to.deep.equal(['y', 'done']);
  });

  it('with a delay the task waits, not the reply', () => {
    marbles(({ runner, expectTasks }) => {
      const [io, ui] = [runner({ name: 'io' }), runner({ name: 'ui' })];
      postTaskAndReply(io, lasting(3), lasting(2), { on: ui, ...NAMES, delay: 2 });
      expectTasks().toBe({
        io: '--l==  ',
        ui: '-----s=',
      });
    });
  });

  it('task and reply each have their own priority', () => {
    marbles(({ runner, expectTasks }) => {
      const [io, ui] = [runner({ name: 'io' }), runner({ name: 'ui' })];
      const reply = { name: 'show', priority: 'user-blocking' } as const;
      postTaskAndReply(io, lasting(3), lasting(2), { on: ui, name: 'load', priority: 'best-effort', reply });
      expectTasks().toBe({
        'user-blocking': '---s=',
        'best-effort': '  l==  ',
      });
    });
  });
});

describe('A reply to a task that fails', () => {
  it('does not run, and the error takes its normal way', () => {
    const errors: unknown[] = [];
    marbles({ onTaskError: (error) => errors.push(error) }, ({ runner, cold, expectTasks }) => {
      const [io, ui] = [runner({ name: 'io' }), runner({ name: 'ui' })];
      const source = cold('--#');
      const loading = '    l=#';
      postTaskAndReply(io, () => source, brief, { on: ui, ...NAMES });
      expectTasks().toBe({ io: loading });
    });
    expect(errors).to.deep.equal(['error']);
  });

  it('gets the error if it is an object with `error`, and then nobody else hears of it', () => {
    const seen: unknown[] = [];
    // Were anybody else to hear of it, this test would fail.
    marbles(({ runner, cold, expectTasks }) => {
      const [io, ui] = [runner({ name: 'io' }), runner({ name: 'ui' })];
      const source = cold('--#  ');
      const loading = '    l=#  ';
      const apology = '    --s= ';
      const error = (reason: unknown) => {
        seen.push(reason);
        return timer(2);
      };
      postTaskAndReply<unknown, unknown>(io, () => source, { next: brief, error }, { on: ui, ...NAMES });
      expectTasks().toBe({ io: loading, ui: apology });
    });
    expect(seen).to.deep.equal(['error']);
  });

  it('and one that fails itself is reported as any task', () => {
    const heard: unknown[] = [];
    marbles({ onTaskError: (error) => heard.push(error) }, ({ runner, expectTasks }) => {
      const [io, ui] = [runner({ name: 'io' }), runner({ name: 'ui' })];
      postTaskAndReply(io, lasting(4), () => throwError(() => 'boom'), { on: ui, ...NAMES });
      expectTasks().toBe({
        io: 'l===',
        ui: '----(s#)',
      });
    });
    expect(heard).to.deep.equal(['boom']);
  });
});

describe('The handle is that of both: it cancels whichever has not ended', () => {
  const cancelAt = (frame: number, rows: Record<string, string>) => {
    const handle = marbles(({ runner, expectTasks }) => {
      const [io, ui] = [runner({ name: 'io' }), runner({ name: 'ui' })];
      ui.postTask(lasting(6), { name: 'a' });
      const both = postTaskAndReply(io, lasting(3), lasting(4), { on: ui, ...NAMES, delay: 1 });
      timer(frame).subscribe(() => both.cancel());
      expectTasks().toBe(rows);
      return both;
    });
    expect(handle.state).to.equal('cancelled');
  };

  it('the task while it is delayed', () => cancelAt(0, { ui: 'a=====' }));

  it('the task while it runs', () => cancelAt(2, { io: '-l!', ui: 'a=====' }));

  it('the reply while it waits for its turn', () => cancelAt(5, { io: '-l==', ui: 'a=====' }));

  it('the reply while it runs', () => cancelAt(8, { io: '-l==', ui: 'a=====s=!' }));
});
