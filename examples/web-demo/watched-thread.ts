import type { Span } from '../demo/lane-recorder.js';
import { Timeline } from './timeline.js';

/** What one web worker does, and when it did something. */
export class WatchedThread {
  /** What it runs, or the empty string. */
  runs = '';
  private readonly ran = new Timeline();
  private from = NaN;

  constructor(readonly name: string) {}

  begin(what: string): void {
    this.runs = what;
    this.from = performance.now();
  }

  end(): void {
    this.ran.add(this.from, performance.now());
    this.runs = '';
  }

  since(time: number): readonly Span[] {
    const spans = this.ran.since(time);
    return this.runs === '' ? spans : [...spans, [this.from, performance.now()]];
  }
}
