// A bound object is made on a sequence, used on it and disposed of on it. Only posts reach it, so it needs no lock.
import { bindToSequence, type TaskContext, ThreadPool } from 'rxjs-task-runner';

/** A journal whose methods `await`. Two calls at once would mix their lines. */
class Journal {
  private readonly lines: string[] = [];

  static async open(name: string, { runner }: TaskContext): Promise<Journal> {
    await macrotask();
    console.log(`${name} opened on '${runner.name}'`);
    return new Journal(name);
  }

  private constructor(readonly name: string) {}

  async write(text: string): Promise<number> {
    this.lines.push(`begin ${text}`);
    await macrotask();
    return this.lines.push(`end ${text}`);
  }

  get text(): string {
    return this.lines.join(', ');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await macrotask();
    console.log(`${this.name} closed after ${this.lines.length} lines`);
  }
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const pool = new ThreadPool({ workers: 4, name: 'app' });
const disk = pool.createSequencedTaskRunner({ name: 'disk' });

{
  // The block ends when all calls have run and the journal is closed.
  await using journal = bindToSequence(disk, (context) => Journal.open('journal', context));

  // Calls wait until the journal is open.
  void journal.call((own) => own.write('a'));
  void journal.call((own) => own.write('b'), { name: 'write b' });
  const length = await journal.call((own) => own.write('c'));
  console.log(`${length} lines:`, await journal.call((own) => own.text));

  void journal.call((own) => own.write('d'));
}

// When the object cannot be made, every call rejects with the error.
const missing = bindToSequence(disk, async (): Promise<Journal> => {
  await macrotask();
  throw new Error('no such disk');
});
await missing
  .call((own) => own.write('e'))
  .then(undefined, (error: unknown) => console.log('not written:', (error as Error).message));
await missing.dispose();
try {
  void missing.call((own) => own.text);
} catch (error) {
  console.log((error as Error).message);
}

// → journal opened on 'disk'
// → 6 lines: begin a, end a, begin b, end b, begin c, end c
// → journal closed after 8 lines
// → not written: no such disk
// → The object bound to a sequence is disposed of; it cannot be called.
