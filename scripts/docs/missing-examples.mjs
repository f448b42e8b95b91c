// Which exported functions and classes have no example in their docstring.
import { ReflectionKind } from 'typedoc';

/** Those that people write programs with. The others have an example where it helps. */
const MODULES = ['', '/operators', '/threads', '/worker', '/testing'].map((entry) => `rxjs-task-runner${entry}`);

/** @returns how many there are, and those that have none */
export function findMissingExamples(project) {
  const exported = project
    .getReflectionsByKind(ReflectionKind.Function | ReflectionKind.Class)
    .filter(({ parent }) => MODULES.includes(parent.name));
  const problems = exported
    .filter((one) => ![one, ...(one.signatures ?? [])].some(({ comment }) => hasExample(comment)))
    .map((one) => `${one.getFriendlyFullName()} has no example`);
  return { count: exported.length, problems };
}

function hasExample(comment) {
  return comment?.summary.some(({ kind, text }) => kind === 'code' && text.startsWith('```ts')) ?? false;
}
