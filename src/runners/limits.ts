import { demand } from '../base/demand.js';
import type { GateSource } from '../kernel/gate.js';
import type { Sequence } from '../kernel/sequence.js';

/** A limit of waiting tasks, made by `bounded`, for the option `queue`. */
export interface Bound extends GateSource {
  /** How many tasks may wait. */
  readonly capacity: number;
}

/** A limit of task starts, made by `rateLimit`, for the option `rate`. */
export interface RateLimit extends GateSource {
  /** How many tasks may start within any `per` milliseconds. */
  readonly starts: number;
  /** Milliseconds. */
  readonly per: number;
}

/** The options of runners that limit what is posted. */
export interface LimitOptions {
  /**
   * Limits how many posted tasks wait: `bounded(100, 'drop-oldest')`. Runners with the same bound share it. A function
   * makes a bound for each key of a keyed runner. By default the queue is unlimited.
   */
  readonly queue?: Bound | (() => Bound) | undefined;
  /** Limits how often posted tasks start: `rateLimit({ starts: 10, per: 1_000 })`. Runners with the same limit share it. */
  readonly rate?: RateLimit | undefined;
}

/** The same options, checked. A source is shared by all sequences; a function makes one for each sequence. */
export type Limits = readonly (GateSource | (() => GateSource))[];

/** @throws TypeError when an option is invalid */
export function toLimits({ queue, rate }: LimitOptions = {}): Limits {
  const bound = typeof queue === 'function' ? () => toBound(queue()) : queue === undefined ? queue : toBound(queue);
  const isRate = rate === undefined || (isSource(rate) && 'per' in rate);
  demand(isRate, 'The option rate must be made by rateLimit({ starts, per })', rate);
  return [bound, rate].filter((limit) => limit !== undefined);
}

/** The limits that all sequences share. */
export function sharedLimits(limits: Limits): GateSource[] {
  return limits.filter((limit) => typeof limit !== 'function');
}

/** Puts limits in force for a sequence. */
export function applyLimits(limits: Limits, sequence: Sequence): void {
  for (const limit of limits) {
    const gate = (typeof limit === 'function' ? limit() : limit).gateOn(sequence.scheduler);
    // Its pool may have the same limit.
    if (!sequence.gates.includes(gate)) sequence.addGate(gate);
  }
}

/** @throws TypeError when it is not a bound */
function toBound(queue: Bound): Bound {
  demand(isSource(queue) && 'capacity' in queue, 'The option queue must be made by bounded(capacity, whenFull)', queue);
  return queue;
}

function isSource(value: unknown): value is GateSource {
  return typeof (value as Partial<GateSource> | null | undefined)?.gateOn === 'function';
}
