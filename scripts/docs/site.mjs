// Builds the site by typedoc: the reference of all entries of package.json, and the Markdown files as documents beside it.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Application, Converter, KindRouter, LogLevel, PageEvent, ReflectionKind } from 'typedoc';
import { GROUPS } from './pages.mjs';

const root = join(import.meta.dirname, '..', '..');
export const SITE = join(root, 'site');

/** Types that signatures name and nobody has to: steps of a computed type, shapes that users meet by making one, and the kernel. */
const INTERNAL = [
  ...['AllButLast', 'Given', 'IsContext', 'RestArguments'],
  ...['AnyRegistry', 'EndsWithRunner', 'Listener', 'MakeWorker', 'PerValue', 'ShutsDown'],
  ...['Gate', 'Task', 'TaskScheduler'],
];

/**
 * Writes the site. Typedoc tells of its warnings on the console.
 *
 * @returns the project of typedoc, and how much it has warned of
 * @throws Error when the sources do not compile, or pages.mjs is not about the pages that there are
 */
export async function buildSite() {
  checkPages();
  const app = await Application.bootstrap(optionsOfSite());
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const file = fileOf(document);
    document.name = /^# (.+)$/m.exec(readFileSync(join(root, file), 'utf8'))[1];
    document.frontmatter.group = Object.keys(GROUPS).find((group) => GROUPS[group].includes(file));
  });
  app.renderer.defineRouter('files', FileRouter);
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = withLocalLinks(page.contents);
  });

  const project = await app.convert();
  if (project === undefined) throw new Error('The sources do not compile.');
  app.options.setValue('intentionallyNotDocumented', namesOfErrors(project));
  app.validate(project);
  await app.generateOutputs(project);
  showSources(project);
  return { project, warnings: app.logger.warningCount + app.logger.errorCount };
}

function optionsOfSite() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
  return {
    name: 'rxjs-task-runner',
    includeVersion: true,
    entryPoints: entries.map((entry) => join(root, 'src', entry, 'index.ts')),
    sortEntryPoints: false,
    tsconfig: join(root, 'tsconfig.esm.json'),
    readme: join(root, 'README.md'),
    projectDocuments: Object.values(GROUPS).flatMap((files) => files.map((file) => join(root, file))),
    outputs: [{ name: 'html', path: SITE }],
    router: 'files',
    excludeInternal: true,
    excludeExternals: true,
    disableSources: true,
    groupOrder: [...Object.keys(GROUPS), 'Modules', 'Functions', 'Classes', 'Interfaces', 'Type Aliases', '*'],
    navigation: { includeGroups: true },
    markdownItLoader: (parser) => parser.core.ruler.push('code in headings', nameCodeOfHeadings),
    customCss: join(import.meta.dirname, 'site.css'),
    searchInComments: true,
    searchInDocuments: true,
    hideGenerator: true,
    validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: true },
    intentionallyNotExported: INTERNAL,
    logLevel: LogLevel.Warn,
  };
}

/** @throws Error when a page of docs/ stands in no group */
function checkPages() {
  const listed = Object.values(GROUPS).flat();
  const pages = readdirSync(join(root, 'docs'), { recursive: true }).filter((name) => name.endsWith('.md'));
  const missing = pages.map((name) => `docs/${name.replaceAll('\\', '/')}`).filter((page) => !listed.includes(page));
  if (missing.length > 0) throw new Error(`scripts/docs/pages.mjs says no place for ${missing.join(', ')}.`);
}

/** The file of a document, from the root. */
function fileOf(document) {
  return relative(root, document.project.files.getReflectionPath(document)).replaceAll('\\', '/');
}

/** A page has the name of its file, and keeps its address when its heading changes. */
class FileRouter extends KindRouter {
  getIdealBaseName(reflection) {
    return reflection.isDocument()
      ? `documents/${fileOf(reflection)
          .replace(/^docs\//, '')
          .replace(/\.md$/, '')
          .replaceAll('/', '-')}`
      : super.getIdealBaseName(reflection);
  }
}

/** Typedoc takes the anchor of a heading from its text, and leaves out what is code in it. GitHub does not. */
function nameCodeOfHeadings({ tokens, Token }) {
  const headings = tokens.filter((_, n) => tokens[n - 1]?.type === 'heading_open');
  for (const code of headings.flatMap(({ children }) => children).filter(({ type }) => type === 'code_inline')) {
    code.children = [Object.assign(new Token('text', '', 0), { content: code.content })];
  }
}

/** What an error is called stands in the name of its class. */
function namesOfErrors(project) {
  return project
    .getReflectionsByKind(ReflectionKind.Class)
    .filter(({ name }) => name.endsWith('Error'))
    .map((error) => `${error.getFriendlyFullName()}.name`);
}

/** Links that a browser opens from the file system too: to a page and not to a folder, to text and not to a file for a video player. */
function withLocalLinks(html) {
  return html
    .replaceAll(/(href="(?:\.\.?\/)+)(")/g, '$1index.html$2')
    .replaceAll(/(href="(?:\.\.\/)*media\/[^"]+\.ts)"/g, '$1.html"');
}

/** The specs and examples to which pages link become pages themselves. */
function showSources(project) {
  for (const [name, path] of project.files.getNameToAbsoluteMap()) {
    if (!name.endsWith('.ts')) continue;
    const title = relative(root, path);
    const text = readFileSync(path, 'utf8').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    rmSync(join(SITE, 'media', name));
    writeFileSync(
      join(SITE, 'media', `${name}.html`),
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="../assets/style.css"><link rel="stylesheet" href="../assets/custom.css">
<body class="source"><h1>${title}</h1><pre><code>${text}</code></pre></body></html>\n`,
    );
  }
}
