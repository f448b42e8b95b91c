// A document for Angular in Node. Timers stay those of Node, or of zone.js: only what is of the DOM is taken over.
import { Window } from 'happy-dom';

const { document, Node, Element, HTMLElement, Event, CustomEvent, KeyboardEvent } = new Window();
Object.assign(globalThis, { document, Node, Element, HTMLElement, Event, CustomEvent, KeyboardEvent });
