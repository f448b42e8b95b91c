// Whether the relative links of Markdown files lead to files, and their anchors to headings, as GitHub resolves them.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A block of code, and code in a line, have no links. What stands in backquotes is kept for headings. */
const withoutBlocks = (text) => text.replaceAll(/^(```+)[^]*?^\1$/gm, '');
const withoutCode = (text) => withoutBlocks(text).replaceAll(/(`+)[^`]+\1/g, '');

/** Links and pictures, of Markdown and of the HTML in it. */
const LINK = /\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)|\b(?:href|src|srcset)="([^"\s]+)"/gm;

/** The anchors that GitHub gives to headings: the same heading again gets a number. */
function anchorsOf(text) {
  const counts = new Map();
  return new Set(
    [...withoutBlocks(text).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
      const slug = heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\s-]/gu, '')
        .replaceAll(/\s/g, '-');
      const count = counts.get(slug) ?? 0;
      counts.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

/**
 * @param root what the files are relative to
 * @returns how many links were looked at, and what is wrong with those that lead nowhere
 */
export function checkMarkdownLinks(root, files) {
  let count = 0;
  const problems = [];
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    const links = [...withoutCode(text).matchAll(LINK)].map((match) => match[1] ?? match[2] ?? match[3]);
    for (const link of links.filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))) {
      count++;
      const [path, anchor] = decodeURI(link).split('#');
      const target = path === '' ? join(root, file) : join(root, dirname(file), path);
      if (!existsSync(target)) problems.push(`${file}: there is no file for the link ${link}`);
      else if (anchor !== undefined && target.endsWith('.md') && !anchorsOf(readFileSync(target, 'utf8')).has(anchor))
        problems.push(`${file}: there is no heading for the link ${link}`);
    }
  }
  return { count, problems };
}
