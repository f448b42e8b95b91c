import { make } from './element.js';
import type { ColourName } from './palette.js';
import { Strip } from './strip.js';

/** One row of the picture: its name, what waits or runs there, and its last ten seconds. */
export class Track {
  readonly element: HTMLElement;
  readonly strip = new Strip();
  private readonly noteElement = make('span', 'note');
  private readonly bar = make('span', 'bar');

  constructor(
    name: string,
    readonly colour: ColourName,
  ) {
    this.element = make('li', `track ${colour}`);
    this.element.dataset['track'] = name;
    const label = make('div', 'label');
    const queue = make('span', 'queue');
    queue.append(this.bar);
    label.append(make('span', 'name', name), this.noteElement, queue);
    this.element.append(label, this.strip.canvas);
  }

  /** What it says beside its name. */
  set note(text: string) {
    // Only what has changed: a frame should cost little.
    if (this.noteElement.textContent !== text) this.noteElement.textContent = text;
  }

  /** How long the bar of what waits is, from 0 to 1. */
  set queue(part: number) {
    const scale = `scaleX(${part.toFixed(3)})`;
    if (this.bar.style.transform !== scale) this.bar.style.transform = scale;
  }

  set isHeld(held: boolean) {
    this.element.classList.toggle('held', held);
  }
}
