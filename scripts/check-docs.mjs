// Checks the documentation: the site builds without a warning, all of what is public has a docstring, functions and classes have an
// example, all links lead somewhere, in the site and in the Markdown files as GitHub shows them, and a browser can search the site. A
// line for each check. Needs Chromium.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkHtmlLinks } from './docs/html-links.mjs';
import { checkMarkdownLinks } from './docs/markdown-links.mjs';
import { findMissingExamples } from './docs/missing-examples.mjs';
import { checkSearch } from './docs/site-search.mjs';
import { buildSite, SITE } from './docs/site.mjs';

const root = join(import.meta.dirname, '..');

let failures = 0;
function report(name, problems) {
  console.log(problems.length === 0 ? `ok    ${name}` : `FAIL  ${name}\n      ${problems.join('\n      ')}`);
  failures += problems.length;
}

const { project, warnings } = await buildSite();
report('the site builds, and all of what is public has a docstring', warnings > 0 ? [`${warnings} warnings`] : []);

const examples = findMissingExamples(project);
report(`${examples.count} functions and classes have an example`, examples.problems);

const site = checkHtmlLinks(SITE);
report(`${site.count} links in ${site.pages} pages of the site`, site.problems);

const search = await checkSearch(SITE);
report(`${search.count} searches of the site, in a browser, from files`, search.problems);

const docs = readdirSync(join(root, 'docs'), { recursive: true }).map((name) => `docs/${name.replaceAll('\\', '/')}`);
const files = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/README.md', 'marble-tests/README.md', ...docs];
const markdown = files.filter((name) => name.endsWith('.md'));
const links = checkMarkdownLinks(root, markdown);
report(`${links.count} links in ${markdown.length} Markdown files`, links.problems);

process.exit(failures > 0 ? 1 : 0);
