/**
 * The documents of the site, in the order in which a reader meets them. Each Markdown file of docs/ stands here once: the build
 * fails for one that is missing, and for one that is in no group. The README is the front page.
 */
export const GROUPS = {
  Tutorial: [],
  Guides: [
    'docs/how-to.md',
    'docs/threads.md',
    'docs/browser.md',
    'docs/angular.md',
    'docs/react.md',
    'docs/testing.md',
    'docs/monitoring.md',
    'docs/tracing.md',
    'docs/post-task.md',
    'docs/a-service-that-loses-nothing.md',
  ],
  'How it works': ['docs/DESIGN.md', 'CONTRIBUTING.md'],
  'Reference notes': [
    'docs/deviations.md',
    'docs/sizes.md',
    'docs/benchmarks.md',
    'docs/parity.md',
    'docs/decisions.md',
    'CHANGELOG.md',
  ],
};
