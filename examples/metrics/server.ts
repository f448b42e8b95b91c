// A server whose tasks Prometheus watches: `npx tsx examples/metrics/main.ts` serves it, `curl localhost:9464/metrics` asks.
import { createServer, type Server } from 'node:http';
import { Registry } from 'prom-client';
import { ThreadPool } from 'rxjs-task-runner';
import { collectTaskMetrics } from 'rxjs-task-runner/metrics';

/** Each request is a task. `/metrics` is answered beside them, so that it tells of a service that has too much to do. */
export function createService(): Server {
  const pool = new ThreadPool({ name: 'service', workers: 4 });
  const requests = pool.createParallelTaskRunner({ name: 'requests', maxConcurrency: 4, priority: 'user-blocking' });
  const audit = pool.createSequencedTaskRunner({ name: 'audit', priority: 'best-effort' });

  const register = new Registry();
  const metrics = collectTaskMetrics({ register, runners: [pool], taskNames: 20 });

  const server = createServer((request, response) => {
    if (request.url === '/metrics') {
      void register.metrics().then((text) => response.setHeader('Content-Type', register.contentType).end(text));
      return;
    }
    const answer = requests.postTask(
      async (context) => {
        await context.sleep(5);
        audit.postTask(() => undefined, { name: 'note' });
        if (request.url === '/broken') throw new Error('This page is broken.');
        return 'hello\n';
      },
      { name: 'answer' },
    );
    answer.then(
      (text) => response.end(text),
      () => response.writeHead(500).end(),
    );
  });
  return server.on('close', () => metrics.unsubscribe());
}
