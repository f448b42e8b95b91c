import { configure } from '../src/index.js';

/**
 * On a busy machine a turn of 5 ms may end after any task. Most specs are about what happens within a turn, and give it
 * all the time there is; those about the budget set their own.
 */
beforeEach(() => {
  configure({ turnBudget: 60_000 });
});
