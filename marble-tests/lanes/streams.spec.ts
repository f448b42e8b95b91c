import {
  debounceTime,
  interval,
  map,
  merge,
  observeOn,
  repeat,
  retry,
  share,
  subscribeOn,
  switchMap,
  timer,
} from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles, virtualCost } from 'rxjs-task-runner/testing';
import { lasting } from '../support/tasks.js';

// Made at module level, as in a program.
const pool = new ThreadPool({ name: 'pool' });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const page = pool.createSequencedTaskRunner({ name: 'page' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });

const as = (name: string) => map(() => name);

/** Streams are moved to lanes by observeOn and subscribeOn. What they post are actions, without a name: `*`. */
const ACTIONS = { unnamed: '*' };

describe('A hot source on lanes', () => {
  it('reaches its subscribers in the order of their lanes, whatever the order of subscribing', () => {
    marbles(({ hot, expectObservable, expectTasks, expectSubscriptions }) => {
      const source = hot(' -x----x----|');
      const subscribed = ' ^----------!';
      const expected = '   -(uvb)(uvb)|';
      // The last of each is the end of the source.
      const urgent = '     -*----*----*';
      const visible = '    -*----*----*';
      const background = ' -*----*----*';
      const all = merge(
        source.pipe(observeOn(indexing), as('b')),
        source.pipe(observeOn(page), as('v')),
        source.pipe(observeOn(ui), as('u')),
      );
      expectObservable(all).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe([subscribed, subscribed, subscribed]);
      expectTasks().toBe({ 'user-blocking': urgent, 'user-visible': visible, 'best-effort': background }, ACTIONS);
    });
  });

  it('goes on while a lane is busy: its values wait there, and nowhere else', () => {
    marbles(({ hot, expectObservable, expectTasks }) => {
      const source = hot('-a-b-c-----d-|');
      const urgent = '    -a-b-c-----d-|';
      const task = '      t=====        ';
      const indexed = '   ------(abc)d-|';
      indexing.postTask(lasting(6), { name: 't' });
      expectObservable(source.pipe(observeOn(ui))).toBe(urgent);
      expectObservable(source.pipe(observeOn(indexing))).toBe(indexed);
      expectTasks(indexing).toBe({ indexing: task });
    });
  });

  it('is missed while subscribeOn waits for its lane', () => {
    marbles(({ hot, expectObservable, expectSubscriptions, expectTasks }) => {
      const source = hot(' -a-b-c-d-|');
      const task = '       t===       ';
      const subscribed = ' ----^----!';
      const expected = '   -----c-d-|';
      indexing.postTask(lasting(4), { name: 't' });
      expectObservable(source.pipe(subscribeOn(indexing))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
      expectTasks(indexing).toBe({ indexing: task });
    });
  });

  it('may be shared by several lanes with one subscription', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-|');
      const subscribed = ' ^----!';
      const expected = '   -a-b-|';
      const shared = source.pipe(share());
      for (const lane of [ui, page, indexing]) expectObservable(shared.pipe(observeOn(lane))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('whose error waits its turn behind the values, since observeOn moves it, too', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-a-b-#');
      const expected = '  ------(ab#)';
      indexing.postTask(lasting(6));
      expectObservable(source.pipe(observeOn(indexing))).toBe(expected);
    });
  });

  it('loses what waits in its lane when it is unsubscribed from', () => {
    marbles(({ hot, expectObservable, expectSubscriptions, expectTasks }) => {
      const source = hot('  -a-b-c-|');
      const unsubscribed = '^---!   ';
      const task = '        t=====  ';
      const expected = '    --------';
      indexing.postTask(lasting(6), { name: 't' });
      expectObservable(source.pipe(observeOn(indexing)), unsubscribed).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(unsubscribed);
      expectTasks(indexing).toBe({ indexing: task }, ACTIONS);
    });
  });
});

describe('A cold source on lanes', () => {
  it('is subscribed to anew by each subscriber, each on its lane', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  a--b|     ');
      const early = '        ^         ';
      const late = '         -----^    ';
      const expectedEarly = 'a--b|     ';
      const expectedLate = ' -----a--b|';
      const moved = source.pipe(subscribeOn(indexing), observeOn(ui));
      expectObservable(moved, early).toBe(expectedEarly);
      expectObservable(moved, late).toBe(expectedLate);
      expectSubscriptions(source.subscriptions).toBe(['^---!', '-----^---!']);
    });
  });

  it('is subscribed to again by repeat when its lane is free', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, expectTasks }) => {
      const source = cold('--a|      ');
      const first = '      ^--!      ';
      const task = '       --t===    ';
      const second = '     ------^--!';
      const expected = '   --a-----a|';
      indexing.postDelayedTask(lasting(4), 2, { name: 't' });
      expectObservable(source.pipe(subscribeOn(indexing), repeat(2))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe([first, second]);
      expectTasks(indexing).toBe({ indexing: task });
    });
  });

  it('is subscribed to again by retry, after a timer of its lane', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, expectTasks }) => {
      const source = cold('-a-#           ');
      const first = '      ^--!           ';
      const second = '     ------^--!     ';
      const expected = '   -a-----a-#     ';
      // The timers, and two subscriptions.
      const actions = '    *-----(**)     ';
      const wait = () => timer(3, page);
      expectObservable(source.pipe(subscribeOn(page), retry({ count: 1, delay: wait }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe([first, second]);
      expectTasks(page).toBe({ page: actions }, ACTIONS);
    });
  });
});

describe('A chain that changes its lane', () => {
  it('stays in its frame as long as the lanes have time', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a-(bc)--|');
      const expected = '   -A-(BC)--|';
      const chain = source.pipe(
        observeOn(indexing),
        map((name) => name.toUpperCase()),
        observeOn(ui),
      );
      expectObservable(chain).toBe(expected);
    });
  });

  it('waits where there is work to do: values queue up in front of the slow lane', () => {
    marbles(({ hot, expectObservable, expectTasks }) => {
      virtualCost({ indexing: { cost: 3 } });
      const source = hot('-ab-c--------d-|  ');
      const parsing = '   -*==*==*==---*==*==';
      const showing = '   -*--*--*-----*--*';
      const expected = '  -a--b--c-----d--|';
      expectObservable(source.pipe(observeOn(indexing), observeOn(ui))).toBe(expected);
      expectTasks().toBe({ 'best-effort': parsing, 'user-blocking': showing }, ACTIONS);
    });
  });

  it('answers keystrokes in time, however much there is to do in the lanes below', () => {
    marbles(({ hot, expectObservable, expectTasks }) => {
      virtualCost({ indexing: { cost: 4 } });
      const documents = hot('(dddd)              ');
      const keys = hot('     -a-b----c----|      ');
      const indexed = '      *===*===*===*===    ';
      const expected = '     ------B----C-|      ';
      const search = (query: string) => timer(1, ui).pipe(map(() => query.toUpperCase()));
      documents.pipe(observeOn(indexing)).subscribe();
      const answers = keys.pipe(debounceTime(2, ui), switchMap(search));
      expectObservable(answers).toBe(expected);
      expectTasks(indexing).toBe({ indexing: indexed }, ACTIONS);
    });
  });

  it('keeps the beat of an interval on one lane while another is busy', () => {
    marbles(({ expectObservable, expectTasks }) => {
      const unsubscribed = '^---------!';
      const ticks = '       ---a--b--c';
      const task = '        t=========';
      indexing.postTask(lasting(10), { name: 't' });
      expectObservable(interval(3, ui).pipe(observeOn(ui)), unsubscribed).toBe(ticks, { a: 0, b: 1, c: 2 });
      expectTasks(indexing).toBe({ indexing: task });
    });
  });
});
