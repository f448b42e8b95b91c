import { element } from './element.js';
import type { Program } from './program.js';
import { count, duration } from './text.js';

/** How far the index and the burst have come, and which buttons say what. */
export class ProgressView {
  private readonly indexBar = element('index-bar', HTMLProgressElement);
  private readonly indexNote = element('index-note', HTMLElement);
  private readonly burstBar = element('burst-bar', HTMLProgressElement);
  private readonly burstNote = element('burst-note', HTMLElement);
  private readonly burstButton = element('burst', HTMLButtonElement);
  private readonly holdButton = element('hold', HTMLButtonElement);
  private readonly shutdownButton = element('shutdown', HTMLButtonElement);

  show({ state, burst, burstSize, isBurstHeld, isShutDown, scheduler }: Program): void {
    this.indexBar.max = state.size;
    this.indexBar.value = state.index.size;
    const built = Number.isNaN(state.took) ? `of ${count(state.size)}` : `words in ${duration(state.took)}`;
    set(this.indexNote, `${count(state.index.size)} ${built}`);

    set(this.burstButton, `Burst of ${count(burstSize)} tasks`);
    this.burstBar.max = burstSize;
    this.burstBar.value = burst?.ran ?? 0;
    set(this.burstNote, burst === undefined ? 'none' : `${count(burst.ran)} of ${count(burstSize)} tasks have run`);

    set(this.holdButton, isBurstHeld ? 'Release' : 'Hold');
    set(this.shutdownButton, isShutDown ? 'Start again' : 'Shut down');
    // What only a runner can do. It stays a button that says so.
    const isOff = String(scheduler !== 'rxjs-task-runner');
    for (const button of [this.holdButton, this.shutdownButton]) button.setAttribute('aria-disabled', isOff);
  }
}

function set(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
