import { element, make } from './element.js';

const MOST = 40;

/** What has happened, newest first. Screen readers read each line out. */
export class LogView {
  private readonly list = element('log', HTMLElement);

  readonly say = (text: string): void => {
    const time = make('time', '', new Date().toLocaleTimeString('en-GB'));
    const line = make('li');
    line.append(time, make('span', '', text));
    this.list.prepend(line);
    while (this.list.children.length > MOST) this.list.lastElementChild!.remove();
  };
}
