import { parentPort } from 'node:worker_threads';
import { echo, spin } from './work.mjs';

const tasks = { echo, spin, giveBack: (buffer) => buffer };

parentPort.on('message', ({ id, name, argument }) => {
  if (name === 'emit') {
    for (let i = 0; i < argument; i++) parentPort.postMessage({ id, value: i });
    parentPort.postMessage({ id, isLast: true });
    return;
  }
  const value = tasks[name](argument);
  parentPort.postMessage({ id, value, isLast: true }, value instanceof ArrayBuffer ? [value] : []);
});
