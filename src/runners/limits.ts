import { demand } from '../base/errors.js';
import type { GateSource } from '../kernel/gate.js';
import type { Sequence } from '../kernel/sequence.js';
import type { TaskScheduler } from '../kernel/scheduler.js';

/** How many posted tasks may wait: made by `bounded`, for the option `queue`. */
export interface Bound extends GateSource {
  readonly capacity: number;
  /** @internal */
  gateOn(scheduler: TaskScheduler): ReturnType<GateSource['gateOn']>;
}

/** How often posted tasks may start: made by `rateLimit`, for the option `rate`. */
export interface RateLimit extends GateSource {
  readonly starts: number;
  readonly per: number;
  /** @internal */
  gateOn(scheduler: TaskScheduler): ReturnType<GateSource['gateOn']>;
}

/** The options `queue` and `rate`, checked: what a sequence must pass, made for each or shared. */
export type Limits = readonly (GateSource | (() => GateSource))[];

/**
 * What callers give.
 *
 * @throws TypeError when one is not what it must be
 */
export function toLimits({
  queue,
  rate,
}: {
  readonly queue?: Bound | (() => Bound) | undefined;
  readonly rate?: RateLimit | undefined;
} = {}): Limits {
  const limits: (GateSource | (() => GateSource))[] = [];
  if (queue !== undefined) {
    if (typeof queue === 'function') limits.push(() => toBound(queue()));
    else limits.push(toBound(queue));
  }
  if (rate !== undefined) {
    demand(isSource(rate) && 'per' in rate, 'The option rate must be made by rateLimit({ starts, per })', rate);
    limits.push(rate);
  }
  return limits;
}

/** Those that all sequences share. */
export function sharedLimits(limits: Limits): GateSource[] {
  return limits.filter((limit) => typeof limit !== 'function');
}

/** Puts limits in force for a sequence. */
export function applyLimits(limits: Limits, sequence: Sequence): void {
  for (const limit of limits) {
    const gate = (typeof limit === 'function' ? limit() : limit).gateOn(sequence.scheduler);
    // Its pool may have been given the same.
    if (!sequence.gates.includes(gate)) sequence.addGate(gate);
  }
}

/** @throws TypeError when it is none */
function toBound(queue: Bound): Bound {
  demand(isSource(queue) && 'capacity' in queue, 'The option queue must be made by bounded(capacity, whenFull)', queue);
  return queue;
}

function isSource(value: unknown): value is GateSource {
  return typeof (value as Partial<GateSource> | null | undefined)?.gateOn === 'function';
}
