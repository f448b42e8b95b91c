import { demand, demandNumber } from '../base/errors.js';
import type { RepeatOptions } from '../engine/task-options.js';

/** @throws TypeError when they are neither left out nor an object */
export function demandOptions(options: unknown = {}): void {
  demand(typeof options === 'object' && options !== null, 'Options must be an object', options);
}

/** @throws RangeError or TypeError when `value` is not a number of milliseconds, 0 or more */
export function toDuration(name: string, value: number): number {
  const isTime = typeof value === 'number' && value >= 0;
  demandNumber(isTime, `${name} must be a number of milliseconds, 0 or more, or Infinity`, value);
  return value;
}

/** @throws TypeError or RangeError when an option has a value that it cannot have */
export function toRepeatOptions(repeat: RepeatOptions): RepeatOptions {
  const isObject = typeof repeat === 'object' && (repeat as unknown) !== null;
  demand(isObject, 'The options of a repeating task must be an object with an interval', repeat);
  const { interval, initialDelay = 0 } = repeat;
  const mode: string = repeat.mode ?? 'fixed-delay';
  const ifLate: string = repeat.ifLate ?? 'skip';
  const isInterval = typeof interval === 'number' && interval > 0;
  demandNumber(isInterval, 'The interval of a repeating task must be more than 0 milliseconds', interval);
  demand(typeof initialDelay === 'number', 'The initialDelay must be a number of milliseconds', initialDelay);
  const isMode = mode === 'fixed-delay' || mode === 'fixed-rate';
  demand(isMode, "The mode of a repeating task must be 'fixed-delay' or 'fixed-rate'", mode);
  demand(ifLate === 'skip' || ifLate === 'run-once', "The option ifLate must be 'skip' or 'run-once'", ifLate);
  return repeat;
}
