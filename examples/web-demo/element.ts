/**
 * The element of the page with an id.
 *
 * @throws TypeError when there is none of this kind
 */
export function element<T extends Element>(id: string, kind: abstract new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`The page has no ${kind.name} with the id '${id}'.`);
  return found;
}

/** A new element with a class and a text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** Calls `onChange` with the value of the radio button that is chosen from now on. */
export function onChoice(name: string, onChange: (value: string) => void): void {
  for (const radio of document.querySelectorAll<HTMLInputElement>(`input[type=radio][name=${name}]`)) {
    radio.addEventListener('change', () => onChange(radio.value));
  }
}

/** Chooses a radio button, without an event. */
export function choose(name: string, value: string): void {
  for (const radio of document.querySelectorAll<HTMLInputElement>(`input[type=radio][name=${name}]`)) {
    radio.checked = radio.value === value;
  }
}
