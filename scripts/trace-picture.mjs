// Draws a trace of `traceTasks` as an SVG: `node scripts/trace-picture.mjs run.trace.json docs/images/trace.svg`, or, with a third argument,
// so many milliseconds of it from its first task on.
import { readFileSync, writeFileSync } from 'node:fs';

const [, , input, output, milliseconds = 'Infinity'] = process.argv;
const all = JSON.parse(readFileSync(input, 'utf8'));
const starts = all.filter(({ ph }) => ph === 'X').map(({ ts }) => ts);
const until = starts.reduce((a, b) => Math.min(a, b)) + Number(milliseconds) * 1_000;
const events = all.filter(({ ph, ts }) => ph === 'M' || ts < until);

const [LEFT, WIDTH, ROW, BAR, TOP] = [190, 960, 26, 16, 34];
const COLORS = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#e45756', '#72b7b2'];

const nameOf = (kind, pid, tid) => events.find((e) => e.name === kind && e.pid === pid && e.tid === tid)?.args.name;
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const rankOf = ({ pid, tid }) =>
  events.find((e) => e.name === 'thread_sort_index' && e.pid === pid && e.tid === tid).args.sort_index;
const places = events
  .filter((e) => e.name === 'thread_name')
  .sort((a, b) => a.pid - b.pid || rankOf(a) - rankOf(b))
  .map(({ pid, tid }) => ({ pid, tid, title: nameOf('thread_name', pid, tid) }));
const times = events.filter((e) => e.ts !== undefined && e.ph !== 'i').flatMap((e) => [e.ts, e.ts + (e.dur ?? 0)]);
const first = times.reduce((a, b) => Math.min(a, b));
const last = Math.min(
  until,
  times.reduce((a, b) => Math.max(a, b)),
);
const x = (ts) => +(LEFT + ((Math.min(ts, last) - first) / (last - first)) * WIDTH).toFixed(1);

const out = [];
const text = (left, top, content, extra = '') =>
  out.push(`<text x="${left}" y="${top}" ${extra}>${escape(content)}</text>`);

/** Where each row is, with a headline for each group. */
const tops = new Map();
let top = TOP;
let group = null;
for (const { pid, tid, title } of places) {
  if (pid !== group) {
    text(8, top + 15, nameOf('process_name', pid, 0), 'font-weight="bold"');
    top += ROW;
    group = pid;
  }
  tops.set(`${pid}/${tid}`, top);
  out.push(`<path d="M${LEFT} ${top + BAR + 4}h${WIDTH}" stroke="#ddd"/>`);
  text(20, top + 13, title);
  top += ROW;
}
const topOf = ({ pid, tid }) => tops.get(`${pid}/${tid}`);

const step = last - first > 150_000 ? 50 : 10;
for (let ms = 0; ms <= (last - first) / 1_000; ms += step) {
  out.push(`<path d="M${x(first + ms * 1_000)} ${TOP - 8}V${top}" stroke="#eee"/>`);
  if (x(first + ms * 1_000) < LEFT + WIDTH - 30) text(x(first + ms * 1_000) + 2, TOP - 12, `${ms} ms`, 'fill="#888"');
}

/** Slices of one name that nobody could tell apart are one. */
const slices = [];
const latest = new Map();
for (const e of events.filter(({ ph }) => ph === 'X').sort((a, b) => a.ts - b.ts)) {
  const row = topOf(e);
  const before = latest.get(row);
  if (before?.name === e.name && x(e.ts) - x(before.ts + before.dur) < 0.5) before.dur = e.ts + e.dur - before.ts;
  else {
    const slice = { ...e };
    latest.set(row, slice);
    slices.push(slice);
  }
}
const colors = new Map();
for (const e of slices) {
  if (!colors.has(e.name)) colors.set(e.name, COLORS[colors.size % COLORS.length]);
  const width = Math.max(1, x(e.ts + e.dur) - x(e.ts));
  out.push(
    `<rect x="${x(e.ts)}" y="${topOf(e)}" width="${width.toFixed(1)}" height="${BAR}" fill="${colors.get(e.name)}"/>`,
  );
  if (width > e.name.length * 7) text(x(e.ts) + 3, topOf(e) + 12, e.name, 'fill="#fff"');
}
for (const begin of events.filter(({ ph }) => ph === 'b')) {
  const end = events.find((e) => e.ph === 'e' && e.id === begin.id && e.cat === begin.cat);
  out.push(
    `<path d="M${x(begin.ts)} ${topOf(begin) + BAR + 2}H${x(end?.ts ?? last)}" stroke="#999" stroke-width="2" stroke-dasharray="3 2"/>`,
  );
}
const drawn = new Set();
for (const start of events.filter(({ ph }) => ph === 's')) {
  const end = events.find((e) => e.ph === 'f' && e.id === start.id && e.cat === start.cat);
  // The first tasks are all posted at once, from outside: their arrows would hide the rest.
  if (nameOf('thread_name', start.pid, start.tid) === 'outside of tasks') continue;
  if (end === undefined) continue;
  const [y1, y2] = [topOf(start) + BAR / 2, topOf(end) + BAR / 2];
  const place = [start, end].map((e) => `${Math.round(x(e.ts))}/${topOf(e)}`).join();
  // Within a row it would lie on the slices.
  if (drawn.has(place) || y1 === y2) continue;
  drawn.add(place);
  out.push(
    `<path d="M${x(start.ts)} ${y1}L${x(end.ts)} ${y2}" stroke="#333" stroke-width="0.8" fill="none" marker-end="url(#tip)"/>`,
  );
}

const [width, height] = [LEFT + WIDTH + 16, top + 8];
writeFileSync(
  output,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<defs><marker id="tip" orient="auto" markerWidth="6" markerHeight="6" refX="5" refY="3"><path d="M0 0L6 3L0 6Z" fill="#333"/></marker></defs>
<rect width="${width}" height="${height}" fill="#fff"/>
${out.join('\n')}
</svg>
`,
);
