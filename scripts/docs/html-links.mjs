// Whether all links of a built site lead to a file of it, and their anchors to an element.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { inflateSync } from 'node:zlib';

const LINK = /<[^>]+?\s(?:href|src|srcset)="([^"]*)"/g;
const ID = /<[^>]+?\s(?:id|name)="([^"]+)"/g;

/** The trees and the index that scripts of the site make links of: text, packed. */
const PACKED = ['navigation.js', 'hierarchy.js', 'search.js'];

/**
 * @param site the folder
 * @returns how many pages and links were looked at, and what is wrong with those that lead nowhere
 */
export function checkHtmlLinks(site) {
  const files = readdirSync(site, { recursive: true })
    .filter((name) => /\.(?:html|svg)$/.test(name))
    .map((name) => join(site, name));
  const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const ids = new Map([...texts].map(([file, text]) => [file, new Set([...text.matchAll(ID)].map(([, id]) => id))]));
  const pages = files.filter((file) => file.endsWith('.html'));
  let count = 0;
  const problems = [];

  /** @param from the page that has the link, or for which a script makes it */
  function check(from, link, toldOf = from) {
    if (/^[a-z][a-z+.-]*:/i.test(link)) return;
    count++;
    const [path, anchor] = decodeURIComponent(link.replaceAll('&amp;', '&')).split('#');
    const target = path === '' ? from : join(dirname(from), path);
    const told = `${relative(site, toldOf)}: ${link}`;
    if (!existsSync(target) || !statSync(target).isFile()) problems.push(`${told} is no file of the site`);
    else if (anchor && !ids.get(target)?.has(anchor)) problems.push(`${told} has no such anchor`);
  }

  for (const page of pages) for (const [, link] of texts.get(page).matchAll(LINK)) check(page, link);
  for (const name of PACKED) {
    const file = join(site, 'assets', name);
    const [, data] = /= "([^"]+)"/.exec(readFileSync(file, 'utf8'));
    const links = linksIn(JSON.parse(inflateSync(Buffer.from(data, 'base64')).toString()));
    if (links.length === 0) problems.push(`assets/${name}: there is no link in it`);
    for (const link of links) check(join(site, 'index.html'), link, file);
  }
  return { pages: pages.length, count, problems };
}

/** Whatever is called a path or an address in a tree of JSON. */
function linksIn(value) {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    typeof part === 'string' ? (['path', 'url'].includes(key) ? [part] : []) : linksIn(part),
  );
}
