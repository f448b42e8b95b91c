// A document for React in Node. Only what is of the DOM is taken over: timers stay those of Node.
import { Window } from 'happy-dom';

const window = new Window({ url: 'http://localhost' });
const { document, Node, Element, HTMLElement, HTMLIFrameElement, Event, navigator } = window;
Object.assign(globalThis, { window, document, Node, Element, HTMLElement, HTMLIFrameElement, Event });
Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true }); // newer Node has a getter
