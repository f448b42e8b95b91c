import { configure } from '../src/index.js';
import { hub } from '../src/kernel/events.js';

/**
 * On a busy machine a turn of 5 ms may end after any task. Most specs are about what happens within a turn, and give it
 * all the time there is; those about the budget set their own.
 */
beforeEach(() => {
  configure({ turnBudget: 60_000 });
});

/** Before the test: so that none is blamed for what another has left. */
let wasHeard = false;

afterEach('nobody listens to the hub of events any more', async function () {
  // A `run()` learns in a microtask that it is over.
  await Promise.resolve();
  const isLeft = hub.isHeard && !wasHeard;
  wasHeard = hub.isHeard;
  // One that fails may leave anything.
  if (isLeft && this.currentTest?.isPassed() === true) {
    throw new Error(
      'Something listens to the tasks of the program still, so that each of them costs more from now on.',
    );
  }
});
