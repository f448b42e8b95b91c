import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createService } from '../../examples/metrics/server.js';

describe('examples/metrics', () => {
  it('serves the metrics of its tasks over HTTP', async () => {
    const server = createService().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const pages = await Promise.all(['/', '/', '/broken'].map((path) => fetch(origin + path)));
      expect(pages.map(({ status }) => status)).to.deep.equal([200, 200, 500]);
      const scrape = await fetch(`${origin}/metrics`);
      expect(scrape.headers.get('content-type')).to.contain('text/plain; version=0.0.4');
      const lines = (await scrape.text()).split('\n');
      const of = 'runner="requests",priority="user-blocking",kind="task",task="answer"';
      expect(lines).to.include.members([
        '# TYPE rxjs_task_runner_tasks_ended_total counter',
        `rxjs_task_runner_tasks_posted_total{${of}} 3`,
        `rxjs_task_runner_tasks_ended_total{${of},ending="finished"} 2`,
        `rxjs_task_runner_tasks_ended_total{${of},ending="failed"} 1`,
        '# TYPE rxjs_task_runner_task_run_seconds histogram',
        `rxjs_task_runner_task_run_seconds_bucket{le="30",${of}} 3`,
        `rxjs_task_runner_task_run_seconds_count{${of}} 3`,
        '# TYPE rxjs_task_runner_workers gauge',
        'rxjs_task_runner_workers{pool="service"} 4',
        'rxjs_task_runner_busy_workers{pool="service"} 0',
      ]);
    } finally {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });
});
