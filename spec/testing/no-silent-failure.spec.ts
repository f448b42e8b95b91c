import { expect } from 'chai';
import { throwError } from 'rxjs';
import type { TaskErrorInfo, TaskHandle } from '../../src/index.js';
import { type MarbleHelpers, marbles } from '../../src/testing/index.js';
import { failureOf, messageOf, text, thrownBy, withoutOrigin } from './failure-of.js';

describe('A marble test fails when a task failed and nobody looked:', () => {
  it('a task that throws, named, with its error as the cause and its line at the top of the stack', () => {
    const error = new Error('boom');
    const failure = failureOf(() =>
      marbles(({ runner }) => {
        const fail = (): never => {
          throw error;
        };
        runner({ name: 'io' }).postDelayedTask(fail, 3, { name: 'load' });
      }),
    );
    expect(withoutOrigin(failure.message).replace(/spec\/\S+:\d+/, 'HERE')).to.equal(text`
      'load' of 'io' failed at frame 3, and nobody awaited its handle, posted from HERE:
      Error: boom

      Tasks:
            0
        io  ---(l#)
            l: load of 'io' · #: failed
    `);
    expect(failure.cause).to.equal(error);
    expect(failure.stack).to.contain(error.stack!.split('\n')[1]);
  });

  it('a task whose observable errors, with any value', () => {
    const message = messageOf(() =>
      marbles(({ pool }) => {
        pool.postTask(() => throwError(() => ({ status: 500 })));
      }),
    );
    expect(message).to.match(/^A task of 'pool' failed at frame 0, .*:\n\{ status: 500 \}\n/);
  });

  it('an action that throws', () => {
    const message = messageOf(() =>
      marbles(({ runner }) => {
        runner({ name: 'ui' }).schedule(() => {
          throw new Error('boom');
        }, 2);
      }),
    );
    expect(message).to.match(/^An action of 'ui' failed at frame 2, posted from HERE:\nError: boom\n/);
  });

  it('an assertion in a task, whose expected and actual values it keeps', () => {
    const failure = failureOf(() =>
      marbles(({ runner }) => {
        runner().postTask(() => {
          expect(1).to.equal(2);
        });
      }),
    );
    expect(failure.message).to.contain('AssertionError: expected 1 to equal 2');
    expect(failure).to.include({ expected: '2', actual: '1' });
  });

  it('not when somebody awaits its handle, or the option onTaskError hears of it', () => {
    const heard: [unknown, TaskErrorInfo][] = [];
    let handle!: TaskHandle<never>;
    marbles({ onTaskError: (error, info) => heard.push([error, info]) }, ({ runner }) => {
      const io = runner({ name: 'io' });
      const fail = (): never => {
        throw 'boom';
      };
      io.postTask(fail);
      handle = io.postTask(fail);
      handle.then(undefined, () => undefined);
    });
    expect(heard.map(([error, { name }]) => [error, name])).to.deep.equal([['boom', 'io']]);
  });

  it('an error that is of no task it throws as it is', () => {
    const error = new Error('mine');
    const test = ({ cold }: MarbleHelpers): void => {
      cold('#', undefined, error).subscribe();
    };
    expect(thrownBy(() => marbles(test))).to.equal(error);
  });
});
