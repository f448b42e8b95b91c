// Somebody at the page. Real input, which does not wait until the page has noticed it: a frozen page is typed into as well.

import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two keys: a brisk typist. */
const GAP_MS = 90;

export class Person {
  static async at(page) {
    return new Person(page, await page.context().newCDPSession(page));
  }

  constructor(page, devtools) {
    this.page = page;
    this.devtools = devtools;
    /** What the page has not noticed yet. */
    this.unnoticed = [];
  }

  /** Clicks in the middle of an element, wherever the page has come to. */
  async click(selector) {
    const [x, y] = await this.find(selector);
    this.clickAt(x, y);
    await this.noticed();
  }

  /** Clicks one thing, and at once another one: they are looked for before the page has something to do. */
  async clickBoth(first, second) {
    const [a, b] = [await this.find(first), await this.find(second)];
    this.clickAt(...a);
    await pause(GAP_MS);
    this.clickAt(...b);
    await pause(GAP_MS);
  }

  async type(text) {
    for (const letter of text) {
      this.press(letter);
      await pause(GAP_MS);
    }
  }

  /** @param key such as 'a', 'Tab', 'Enter', ' ' */
  press(key, modifiers = 0) {
    const { code, keyCode, text } = KEYS[key] ?? { code: `Key${key.toUpperCase()}`, keyCode: 0, text: key };
    const common = { key, code, windowsVirtualKeyCode: keyCode || key.toUpperCase().charCodeAt(0), modifiers };
    this.send('Input.dispatchKeyEvent', { type: text === undefined ? 'rawKeyDown' : 'keyDown', text, ...common });
    this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
  }

  /** Waits until the page has noticed all that was pressed. */
  async noticed() {
    await Promise.all(this.unnoticed.splice(0));
  }

  async find(selector) {
    const place = this.page.locator(selector);
    await place.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await place.boundingBox();
    return [x + width / 2, y + height / 2];
  }

  clickAt(x, y) {
    const common = { x, y, button: 'left', clickCount: 1 };
    this.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...common });
    this.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...common });
  }

  send(method, parameters) {
    this.unnoticed.push(this.devtools.send(method, parameters));
  }
}

export const SHIFT = 8;

const KEYS = {
  Tab: { code: 'Tab', keyCode: 9 },
  Enter: { code: 'Enter', keyCode: 13, text: '\r' },
  ' ': { code: 'Space', keyCode: 32, text: ' ' },
  '/': { code: 'Slash', keyCode: 191, text: '/' },
  ArrowRight: { code: 'ArrowRight', keyCode: 39 },
  Backspace: { code: 'Backspace', keyCode: 8 },
};
