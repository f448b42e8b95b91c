const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** The command line says what it cannot say. */
export class UsageError extends Error {}

/**
 * Runs a program of the command line: its text goes to the standard output, what went wrong to the standard error, and the
 * exit code tells which.
 *
 * @param readOptions null when the command line asks for help; throws a UsageError when it says something unknown
 */
export async function runProgram<O>(
  usage: string,
  readOptions: (args: string[]) => O | null,
  run: (options: O) => Promise<string>,
): Promise<void> {
  // Whoever reads us may have read enough (`npm run demo | head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    const options = readOptions(process.argv.slice(2));
    process.stdout.write(options === null ? usage : await run(options));
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.stderr.write(isUsage ? `${error.message}\n\n${usage}` : `The demo failed: ${reasons(error)}\n`);
    process.exitCode = isUsage ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** An error, and what has caused it. */
function reasons(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? String(error) : `${String(error)}\n  ${reasons(cause)}`;
}

/** What `parse` gives; what it throws becomes a UsageError. */
export function orUsageError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** @throws UsageError when the text is no positive integer */
export function toCount(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`${option} must be a positive integer; got '${text}'.`);
  return Number(text);
}
