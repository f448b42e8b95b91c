// The names of things in messages.

/** By its name, if it has one: `the pool 'app'`. */
export function called(what: string, name: string): string {
  return name === '' ? what : `${what} '${name}'`;
}

/** By the name of its runner, if that has one: `an action of 'io'`. */
export function ofRunner(what: string, runner: string): string {
  return runner === '' ? what : `${what} of '${runner}'`;
}

/** A task: `task 'load' of 'io'`. A task without its own name has that of its runner. */
export function taskCalled(name: string, runner: string): string {
  return ofRunner(name === '' || name === runner ? 'an unnamed task' : `task '${name}'`, runner);
}

/** A runner: `'io'`. */
export function runnerCalled(name: string): string {
  return name === '' ? 'an unnamed runner' : `'${name}'`;
}
