import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of examples/ as a user would, in a process of its own, and waits for its end. */
export function runProgram(file: string, ...args: string[]): Promise<Outcome> {
  const command = ['--import', 'tsx', `examples/${file}`, ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { cwd: ROOT }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? NaN, stdout, stderr });
    });
  });
}
