import { Observable } from 'rxjs';
// As it is shipped.
import { serveTasks, transfer } from '../../dist/cjs/worker/index.js';
import { echo, spin } from './work.mjs';

serveTasks({
  echo,
  spin,
  giveBack: (buffer) => transfer(buffer, [buffer]),
  emit: (count) =>
    new Observable((subscriber) => {
      for (let i = 0; i < count; i++) subscriber.next(i);
      subscriber.complete();
    }),
  generate: async function* (count) {
    for (let i = 0; i < count; i++) yield i;
  },
});
