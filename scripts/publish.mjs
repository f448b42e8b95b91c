// Publishes the package, or says why it must not be published yet: `npm run release` does everything but the upload (`npm publish
// --dry-run`), `npm run release -- --upload` uploads with provenance, which works in the CI of a public repository only.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = `${import.meta.dirname}/..`;
const isUpload = process.argv.includes('--upload');
const read = (file) => readFileSync(`${root}/${file}`, 'utf8');
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const { name, version, repository } = JSON.parse(read('package.json'));

const escaped = version.replaceAll('.', '\\.');
const lock = JSON.parse(read('package-lock.json'));
const problems = [
  [git('status', '--porcelain') !== '', 'The working tree has changes that are not committed.'],
  [git('branch', '--show-current') !== 'main', 'It is not on the branch main.'],
  [lock.version !== version, `package-lock.json has version ${lock.version}, and package.json ${version}.`],
  [
    !new RegExp(`^## \\[${escaped}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm').test(read('CHANGELOG.md')),
    `CHANGELOG.md has no heading "## [${version}] - YYYY-MM-DD".`,
  ],
  [repository === undefined, 'package.json has no "repository": provenance names it, so a publisher fills it in.'],
  [isUpload && git('tag', '--points-at', 'HEAD') !== `v${version}`, `The commit has no tag v${version}.`],
].flatMap(([isProblem, text]) => (isProblem ? [text] : []));
for (const problem of problems) console.log(`not yet: ${problem}`);

/** Runs a command in the open. @returns whether it has succeeded */
function step(command, ...args) {
  console.log(`\n== ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status === 0;
}

if (isUpload && problems.length > 0) process.exit(1);
// All checks of CI, of which the package as its users get it is one. Then npm's own, which pack once more.
const passes =
  step('bash', '.ci/run') &&
  step('npm', 'publish', ...(isUpload ? ['--provenance', '--access', 'public'] : ['--dry-run']));
console.log(
  `\n${name} ${version}: ${passes && problems.length === 0 ? (isUpload ? 'published' : 'ready to be published') : 'not published'}`,
);
process.exit(passes && problems.length === 0 ? 0 : 1);
