import { Tinypool } from 'tinypool';

export { echo, spin } from './work.mjs';
export const giveBack = (buffer) => Tinypool.move(buffer);
