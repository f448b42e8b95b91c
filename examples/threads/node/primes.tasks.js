// The module of a worker: the program can call what is served here.
import { serveTasks } from 'rxjs-task-runner/worker';

function isPrime(n) {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n > 1;
}

serveTasks({
  countPrimes: (from, to) => {
    let count = 0;
    for (let n = from; n < to; n++) if (isPrime(n)) count++;
    return count;
  },
});
