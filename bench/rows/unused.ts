import { asyncContextHook, type ContextHook, observeTasks, SequenceChecker, useContextHook } from 'rxjs-task-runner';
import { traceTasks } from 'rxjs-task-runner/tracing';
import { ours } from '../peers/of-rxjs.js';
import type { Contender, Measure, Row } from '../rounds.js';
import { burstOf } from './burst.js';
import type { Scale } from './sizes.js';

const noop = (): void => undefined;

function hook(contextHook: ContextHook<unknown>): () => void {
  useContextHook(contextHook);
  return () => useContextHook(null);
}

/** Something that costs when it is there. The result of `install` takes it away again, where that can be done. */
interface Extra {
  readonly name: string;
  readonly install: () => () => void;
}

/** What can be taken away again. */
const removable: readonly Extra[] = [
  {
    name: 'a subscriber of observeTasks()',
    install: () => {
      const subscription = observeTasks().subscribe(noop);
      return () => subscription.unsubscribe();
    },
  },
  {
    name: 'a context hook that does nothing',
    install: () => hook({ capture: () => null, run: (_, call) => call() }),
  },
  {
    name: 'asyncContextHook()',
    install: () => hook(asyncContextHook()),
  },
  {
    name: 'traceTasks() into a stream that keeps up',
    install: () => {
      const trace = traceTasks(new WritableStream<Uint8Array>());
      return () => void trace.stop();
    },
  },
];

/** Row 8: the price of what is not used by everybody, on the hot path. */
export function unusedRows(scale: Scale): Row[] {
  const measure = burstOf(10_000, scale, ours);
  const plain: Contender = { name: 'nothing of it', measure };
  const row = { metrics: [{ unit: 'M tasks/s', better: 'more' }], rounds: 9 } as const;
  return [
    ...removable.map((extra): Row => ({
      ...row,
      title: `the price of ${extra.name}, burst of 10,000`,
      contenders: [plain, { name: extra.name, measure: inPresenceOf(extra, measure) }],
    })),
    // The last: the first checker of a program puts an AsyncLocalStorage around all of its tasks, for good.
    {
      ...row,
      title: 'the price of a SequenceChecker in the program, burst of 10,000',
      isInOrder: true,
      contenders: [plain, { name: 'a SequenceChecker', measure: inPresenceOf(checker, measure) }],
      notes: ['Not in turn: a checker cannot be taken away again.'],
    },
  ];
}

const checker: Extra = {
  name: 'a SequenceChecker',
  install: () => {
    new SequenceChecker();
    return () => undefined;
  },
};

function inPresenceOf({ install }: Extra, measure: Measure): Measure {
  return async () => {
    const remove = install();
    try {
      return await measure();
    } finally {
      remove();
    }
  };
}
