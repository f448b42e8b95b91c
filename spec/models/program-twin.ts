import type { Subject, Subscription } from 'rxjs';
import type { TaskHandle } from '../../src/index.js';
import type { ModelSequence, ModelTask } from './naive-model.js';
import type { Body } from './program.js';
import type { Gate } from '../support/support.js';

/** A task, in the library and in the model, and what has become of it. */
export interface Twin {
  readonly model: ModelTask;
  readonly body: Body;
  /** How its handle or action is armed again; null for handles. */
  rearm: ((delay: number) => void) | null;
  real: Subscription;
  handle: TaskHandle<unknown> | null;
  pending: Gate<void> | Subject<void> | null;
  torn: number;
  settled: number;
}

export function twinOf(
  id: number,
  sequence: ModelSequence,
  own: ModelTask['own'],
  needsWorker: boolean,
  body: Body,
): Twin {
  const place = { place: 'nowhere', delay: 0, deadline: 0, order: 0 } as const;
  return {
    model: { id, sequence, own, needsWorker, ...place },
    body,
    rearm: null,
    // Set as soon as it is posted.
    real: null as never,
    handle: null,
    pending: null,
    torn: 0,
    settled: 0,
  };
}
