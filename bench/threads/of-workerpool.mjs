import workerpool from 'workerpool';
import { echo, spin } from './work.mjs';

workerpool.worker({
  echo,
  spin,
  giveBack: (buffer) => new workerpool.Transfer(buffer, [buffer]),
  emit: (count) => {
    for (let i = 0; i < count; i++) workerpool.workerEmit(i);
  },
});
