// A page with a thread, in the form that bundlers know.
import { ThreadPool } from 'rxjs-task-runner';
import { Threads } from 'rxjs-task-runner/threads';

const threads = new Threads(() => new Worker(new URL('./page.tasks.js', import.meta.url), { type: 'module' }));
document.querySelector('#result').textContent = await new ThreadPool().postTask(threads.tasks.double(21));
