import { expect } from 'chai';
import { interval, takeUntil, timer } from 'rxjs';
import { marbles } from '../../src/testing/index.js';
import { messageOf, text } from './failure-of.js';

describe('A marble test does not hang', () => {
  it('when a stream on a runner goes on for ever: it names the runner, and where that was posted', () => {
    const message = messageOf(() =>
      marbles({ maxTasks: 100 }, ({ runner }) => {
        interval(10, runner({ name: 'poller' })).subscribe();
        runner({ name: 'other' }).postTask(() => undefined);
      }),
    );
    expect(message).to.contain(text`
      Virtual time does not end: more than 100 tasks have run by frame 1000.
      Of the last 101, 100 were runs of an action of 'poller', posted from HERE.
      End the stream, with take() or an unsubscription, or raise the option maxTasks.
    `);
    expect(message).to.contain('The last 10 of 101 task runs:');
  });

  it('when a task posts itself again and again in one frame: it names the task', () => {
    let runs = 0;
    const message = messageOf(() =>
      marbles({ maxTasks: 50 }, ({ runner }) => {
        const io = runner({ name: 'io' });
        const retry = (): void => {
          runs++;
          io.postTask(retry, { name: 'retry' });
        };
        retry();
      }),
    );
    expect(message).to.contain('more than 50 tasks have run by frame 0.\n');
    expect(message).to.contain("Of the last 51, 51 were runs of 'retry' of 'io', posted from HERE.");
    expect(runs).to.equal(52);
  });

  it("when something on RxJS's own schedulers goes on for ever", () => {
    const message = messageOf(() =>
      marbles({ maxTasks: 100 }, ({ pool }) => {
        interval(10).subscribe();
        pool.postTask(() => undefined);
      }),
    );
    expect(message).to.contain(text`
      Virtual time does not end: more than 1000 actions have run by frame 10000, and only 1 of them for tasks of runners.
      Something on RxJS's own schedulers goes on for ever, such as an interval without take() or an unsubscription.
    `);
  });

  it('when the test catches what its own flush throws', () => {
    const message = messageOf(() =>
      marbles({ maxTasks: 10 }, ({ flush, runner }) => {
        interval(1, runner()).subscribe();
        try {
          flush();
        } catch {
          // On purpose.
        }
      }),
    );
    expect(message).to.contain('Virtual time does not end');
  });

  it('but lets as many tasks run as the option maxTasks says', () => {
    const test = (maxTasks: number): void =>
      marbles({ maxTasks }, ({ runner }) => {
        interval(1, runner())
          .pipe(takeUntil(timer(20)))
          .subscribe();
      });
    test(20);
    expect(messageOf(() => test(10))).to.contain('more than 10 tasks');
  });

  it('10,000 unless said otherwise', () => {
    const message = messageOf(() =>
      marbles(({ runner }) => {
        interval(1, runner()).subscribe();
      }),
    );
    expect(message).to.contain('more than 10000 tasks have run by frame 10001');
  });
});
