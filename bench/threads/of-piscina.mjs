import { move } from 'piscina';

export { echo, spin } from './work.mjs';
export const giveBack = (buffer) => move(buffer);
