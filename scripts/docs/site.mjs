// Builds the site by typedoc: the reference of all entries of package.json, and the Markdown files as documents beside it.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Application, Converter, JSX, KindRouter, LogLevel, PageEvent, ReflectionKind } from 'typedoc';
import { GROUPS } from './pages.mjs';

const root = join(import.meta.dirname, '..', '..');
export const SITE = join(root, 'site');

/** Types that signatures name and nobody has to: steps of a computed type, shapes that users meet by making one, and the kernel. */
const INTERNAL = [
  ...['AllButLast', 'Given', 'IsContext', 'RestArguments'],
  ...['AnyRegistry', 'EndsWithRunner', 'Listener', 'MakeWorker', 'PerValue', 'ShutsDown'],
  ...['Gate', 'Task', 'TaskScheduler'],
];

/** The order on the page of a module, and on that of a class. */
const KINDS = [
  'Functions',
  'Variables',
  'Classes',
  'Interfaces',
  'Type Aliases',
  'Constructors',
  'Properties',
  'Accessors',
  'Methods',
];

/** The documents can be seen in the navigation, until a reader closes a group: typedoc would open none. */
const OPEN_AT_FIRST = `<script>
try {
  for (const group of ${JSON.stringify(Object.keys(GROUPS))}) localStorage['tsd-accordion-' + group] ??= 'true';
} catch {}
</script>`;

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
  app.renderer.hooks.on('head.end', () => JSX.createElement(JSX.Raw, { html: OPEN_AT_FIRST }));
  app.renderer.hooks.on('content.end', linksToNeighbours);
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = withLocalLinks(page.contents);
  });

  const project = await app.convert();
  if (project === undefined) throw new Error('The sources do not compile.');
  app.options.setValue('intentionallyNotDocumented', namesOfErrors(project));
  app.validate(project);
  await app.generateOutputs(project);
  searchWordByWord();
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
    groupOrder: [...Object.keys(GROUPS), 'Modules', ...KINDS, '*'],
    navigation: { includeGroups: true },
    markdownItLoader: (parser) => parser.core.ruler.push('code in headings', nameCodeOfHeadings),
    customCss: join(import.meta.dirname, 'site.css'),
    useFirstParagraphOfCommentAsSummary: true,
    searchInComments: true,
    searchInDocuments: true,
    searchGroupBoosts: { Learn: 10, 'Move here': 5, Guides: 10, Operate: 10, Know: 3 },
    hideGenerator: true,
    validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: true },
    intentionallyNotExported: INTERNAL,
    logLevel: LogLevel.Warn,
  };
}

/** @throws Error when a page of docs/ stands in no group, or a page in a group is not there */
function checkPages() {
  const listed = Object.values(GROUPS).flat();
  const pages = readdirSync(join(root, 'docs'), { recursive: true }).map(
    (name) => `docs/${name.replaceAll('\\', '/')}`,
  );
  const placeless = pages.filter((page) => page.endsWith('.md') && !listed.includes(page));
  if (placeless.length > 0) throw new Error(`scripts/docs/pages.mjs has no place for ${placeless.join(', ')}.`);
  const missing = listed.filter((page) => !existsSync(join(root, page)));
  if (missing.length > 0) throw new Error(`scripts/docs/pages.mjs lists what is not there: ${missing.join(', ')}.`);
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

/** At the end of a document: the one before it and the one after it. */
function linksToNeighbours({ page: { model }, urlTo }) {
  if (!model.isDocument()) return JSX.createElement(JSX.Fragment, null);
  const order = Object.values(GROUPS).flat();
  const at = order.indexOf(fileOf(model));
  const link = (step, rel) => {
    const neighbour = model.project.documents.find((document) => fileOf(document) === order[at + step]);
    return neighbour && JSX.createElement('a', { href: urlTo(neighbour), rel }, neighbour.name);
  };
  return JSX.createElement('nav', { class: 'neighbours' }, link(-1, 'prev'), link(1, 'next'));
}

/**
 * Typedoc gives a reader's text to lunr as a query, where a colon, a hyphen and a plus have a meaning: some throw, others find
 * pages that have one of the words. With this, a page is found that has all words.
 *
 * @throws Error when this version of typedoc makes its query in another way
 */
function searchWordByWord() {
  const file = join(SITE, 'assets', 'main.js');
  const script = readFileSync(file, 'utf8');
  const patched = script.replace(
    /(\w+)\.split\(" "\)\.map\((\w+)=>\2\.length\?`\*\$\{\2\}\*`:""\)/,
    '($1.match(/[\\p{L}\\p{N}_]+/gu)??[]).map($2=>`+*$${$2}*`)',
  );
  if (patched === script) throw new Error('The search of typedoc makes its query in another way.');
  writeFileSync(file, patched);
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
    .replaceAll(/(href="(?:\.\.?\/)+)(["#])/g, '$1index.html$2')
    .replaceAll(/(href="(?:\.\.\/)*media\/[^"]+\.tsx?)(["#])/g, '$1.html$2');
}

/** The specs and examples to which pages link become pages themselves. */
function showSources(project) {
  for (const [name, path] of project.files.getNameToAbsoluteMap()) {
    if (!/\.tsx?$/.test(name)) continue;
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
