// Stands in the page, and notes in which order a person's keys, the answers, the ends of bursts and the notes of the picture come.
// A function as a text.

export const WITNESS = `(() => {
  const seen = (window.seen = []);
  const note = (what, text = '') => seen.push({ what, text });
  addEventListener('DOMContentLoaded', () => {
    document.getElementById('query').addEventListener('input', (event) => note('key', event.target.value));
    const watch = (id, options, see) => new MutationObserver(see).observe(document.getElementById(id), options);
    watch('matches', { attributeFilter: ['data-for'] }, () => note('answer', document.getElementById('matches').dataset.for));
    watch('log', { childList: true }, (changes) => {
      for (const { addedNodes } of changes) for (const line of addedNodes) note('log', line.lastChild.textContent);
    });
    for (const tracks of ['threads', 'lanes', 'outside']) {
      watch(tracks, { subtree: true, childList: true, characterData: true }, (changes) => {
        for (const { target } of changes) note(tracks, target.textContent);
      });
    }
  });
})()`;

/** The texts of the page that are hard to read on their background, by the rule of WCAG: a program for the page, as a text. */
export const PALE_TEXTS = `(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const backgroundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(at).backgroundColor);
      if (alpha > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  return [...document.body.querySelectorAll('*')].filter(hasText).flatMap((element) => {
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(backgroundOf(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return contrast < 4.5 ? [element.textContent.trim() + ': ' + contrast.toFixed(1)] : [];
  });
})()`;
