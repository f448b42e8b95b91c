import type { Span } from '../demo/lane-recorder.js';
import { KEPT_MS } from './timeline.js';

/** The last ten seconds of something, drawn on a canvas: now is at the right edge. */
export class Strip {
  readonly canvas = document.createElement('canvas');
  private readonly pen = this.canvas.getContext('2d')!;
  private width = 0;
  private height = 0;
  private from = 0;

  constructor() {
    // What it shows is also told in words beside it.
    this.canvas.setAttribute('aria-hidden', 'true');
    new ResizeObserver(() => this.fit()).observe(this.canvas);
  }

  /** Clears it, and draws a line for each second. */
  begin(now: number, grid: string): void {
    const { pen, width, height } = this;
    this.from = now - KEPT_MS;
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = grid;
    for (let second = Math.ceil(this.from / 1_000); second * 1_000 < now; second++) {
      pen.fillRect(Math.round(this.x(second * 1_000)), 0, 1, height);
    }
  }

  /** @param top and `bottom` are parts of the height, from 0 to 1 */
  slices(spans: readonly Span[], colour: string, top = 0.18, bottom = 0.82): void {
    const { pen, height } = this;
    pen.fillStyle = colour;
    for (const [from, to] of spans) {
      const left = Math.max(0, this.x(from));
      pen.fillRect(left, top * height, Math.max(1, this.x(to) - left), (bottom - top) * height);
    }
  }

  /** A bar that stands on the ground. `part` of the height, from 0 to 1. */
  bar(at: number, part: number, colour: string): void {
    const { pen, height } = this;
    const size = Math.max(1, part * height);
    pen.fillStyle = colour;
    pen.fillRect(this.x(at), height - size, 1.5, size);
  }

  private x(time: number): number {
    return ((time - this.from) / KEPT_MS) * this.width;
  }

  private fit(): void {
    const { canvas, pen } = this;
    this.width = canvas.clientWidth;
    this.height = canvas.clientHeight;
    canvas.width = Math.round(this.width * devicePixelRatio);
    canvas.height = Math.round(this.height * devicePixelRatio);
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  }
}
