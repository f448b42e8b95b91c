/** What the threads of all contenders do. Plain modules, which Node loads by itself: no loader is in the way of any. */

/** Little work: what is measured is the way there and back. */
export const echo = (value) => value;

/** Work for the processor, always as much of it; about `steps` × 3 ns. */
export function spin(steps) {
  let x = 1;
  for (let i = 0; i < steps; i++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  return x;
}
