import { closeSync, existsSync, fdatasync, openSync, readFileSync, truncateSync, write } from 'node:fs';
import { promisify } from 'node:util';
import type { Order } from './orders.js';

/** A line of the ledger. */
export interface Entry {
  readonly id: string;
  readonly customer: string;
  readonly amount: number;
}

/** The ledger of a file: an entry for each order, whose id is the unique key. */
export function readLedger(path: string): Entry[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  // A process that was killed in the middle of a line leaves one without an end.
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
}

/**
 * A durable ledger in a file. An entry is recorded when it is on the disk.
 *
 * Entries that come while the disk is busy are written together: a group commit.
 */
export class Ledger {
  private readonly ids: Set<string>;
  private readonly file: number;
  private lines = '';
  /** The write that is going on, and the one after it. */
  private current: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  constructor(path: string) {
    const entries = readLedger(path);
    this.ids = new Set(entries.map(({ id }) => id));
    this.file = openSync(path, 'a');
    truncateSync(path, Buffer.byteLength(entries.map(lineOf).join('')));
  }

  has({ id }: Order): boolean {
    return this.ids.has(id);
  }

  /** Resolves when the entry is on the disk. Rejects when there is one with this id, as a unique key has it. */
  async record({ id, customer, amount }: Order): Promise<void> {
    if (this.ids.has(id)) throw new Error(`${id} is in the ledger already`);
    this.lines += lineOf({ id, customer, amount });
    await (this.next ??= this.writeNext());
    this.ids.add(id);
  }

  close(): void {
    closeSync(this.file);
  }

  private async writeNext(): Promise<void> {
    await this.current;
    this.current = this.next;
    this.next = null;
    const { lines } = this;
    this.lines = '';
    await promisify(write)(this.file, lines);
    await promisify(fdatasync)(this.file);
  }
}

function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}
