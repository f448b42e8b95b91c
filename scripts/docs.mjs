// Builds the documentation into site/, which a browser opens from the file system: `npm run docs`.
import { buildSite, SITE } from './docs/site.mjs';

const { warnings } = await buildSite();
console.log(`${SITE}/index.html${warnings > 0 ? ` (${warnings} warnings)` : ''}`);
