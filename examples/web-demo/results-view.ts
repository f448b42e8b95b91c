import type { Match } from '../threads-demo/fuzzy-search.js';
import { type WordList, wordOf } from '../threads-demo/word-list.js';
import { element, make } from './element.js';
import type { Answer } from './type-ahead.js';

const ERRORS = ['as typed', '1 error', '2 errors'];

/** The words that are found for a text. */
export class ResultsView {
  private readonly completions = element('completions', HTMLElement);
  private readonly matches = element('matches', HTMLElement);
  private readonly status = element('status', HTMLElement);

  constructor(private readonly words: WordList) {}

  show({ text, completions, matches }: Answer): void {
    this.completions.replaceChildren(...completions.map((word) => make('li', '', word)));
    this.matches.setAttribute('aria-busy', String(matches === undefined));
    if (matches === undefined) return;
    this.matches.replaceChildren(...matches.map((match) => this.item(match)));
    this.matches.dataset['for'] = text;
    this.status.textContent = text === '' ? 'Type a word, with a mistake or two.' : found(matches.length, text);
  }

  private item({ number, errors }: Match): HTMLElement {
    const item = make('li', `errors-${errors}`);
    item.append(make('span', 'word', wordOf(this.words, number)), make('span', 'errors', ERRORS[errors]));
    return item;
  }
}

function found(count: number, text: string): string {
  if (count === 0) return `No word is like “${text}”.`;
  return `${count === 1 ? '1 word is' : `${count} words are`} most like “${text}”.`;
}
