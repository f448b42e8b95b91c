import type { Span } from '../demo/lane-recorder.js';

/** When the page had much to do in the background: what is measured counts only then. */
export class Load {
  private readonly past: Span[] = [];
  private readonly since = new Map<symbol, number>();

  /** Begins a stretch of load. The function that is returned ends it. */
  begin(): () => void {
    const key = Symbol();
    this.since.set(key, performance.now());
    return () => {
      const from = this.since.get(key);
      if (from !== undefined && this.since.delete(key)) this.past.push([from, performance.now()]);
    };
  }

  wasOnAt(time: number): boolean {
    return (
      [...this.since.values()].some((from) => from <= time) || this.past.some(([from, to]) => from <= time && time < to)
    );
  }
}
