import { element, make } from './element.js';
import type { Measure, Measurements } from './measurements.js';
import { SCHEDULER_NAMES, type SchedulerName } from './streams.js';
import { count, duration } from './text.js';

const COLUMNS: readonly (readonly [Measure, number])[] = [
  ['noticed', 50],
  ['noticed', 95],
  ['answered', 50],
  ['answered', 95],
  ['loop', 95],
];

/** The table of what was measured under load, a row for each scheduler. */
export class ComparisonView {
  private readonly body = element('comparison', HTMLTableSectionElement);

  constructor(private readonly measurements: Measurements) {}

  show(current: SchedulerName): void {
    this.body.replaceChildren(...SCHEDULER_NAMES.map((name) => this.row(name, name === current)));
  }

  private row(name: SchedulerName, isCurrent: boolean): HTMLElement {
    const row = make('tr', isCurrent ? 'current' : '');
    const head = make('th', '', name);
    head.scope = 'row';
    const keys = make('td', 'extra', count(this.measurements.count(name, 'noticed')));
    const cells = COLUMNS.map(([measure, percent]) =>
      make('td', percent === 50 ? 'extra' : '', duration(this.measurements.percentile(name, measure, percent))),
    );
    row.append(head, keys, ...cells);
    return row;
  }
}
