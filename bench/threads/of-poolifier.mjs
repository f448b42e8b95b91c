import { ThreadWorker } from 'poolifier';
import { echo, spin } from './work.mjs';

// It has no way to move a result: what it gives back is a copy.
export default new ThreadWorker({ echo, spin, giveBack: (buffer) => buffer });
