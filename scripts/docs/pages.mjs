/**
 * The documents of the site, in the order in which a reader meets them. Each Markdown file of docs/ stands here once: the build
 * fails for one that is missing, and for one that is in no group. The README is the front page.
 */
export const GROUPS = {
  Learn: ['docs/tutorial.md', 'docs/choosing.md', 'docs/a-service-that-loses-nothing.md', 'docs/promises.md'],
  'Move here': [
    'docs/migration/from-rxjs-schedulers.md',
    'docs/migration/from-test-scheduler.md',
    'docs/migration/from-p-queue.md',
    'docs/migration/from-rx-angular.md',
    'docs/migration/from-post-task.md',
    'docs/migration/from-piscina.md',
    'docs/migration/from-go-task-runner.md',
  ],
  Guides: [
    'docs/tasks.md',
    'docs/long-tasks.md',
    'docs/streams.md',
    'docs/keys.md',
    'docs/bounds-and-rates.md',
    'docs/repeats-and-retries.md',
    'docs/shutdown.md',
    'docs/threads.md',
    'docs/browser.md',
    'docs/angular.md',
    'docs/react.md',
    'docs/testing.md',
    'docs/context.md',
    'docs/write-a-runner.md',
  ],
  Operate: ['docs/debugging.md', 'docs/monitoring.md', 'docs/tracing.md', 'docs/post-task.md'],
  Know: [
    'docs/deviations.md',
    'docs/traps.md',
    'docs/sizes.md',
    'docs/bundlers.md',
    'docs/DESIGN.md',
    'docs/benchmarks.md',
    'docs/parity.md',
    'docs/decisions.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
  ],
};
