import type { Message } from './outside/wire.js';

/** Which messages of a partition are open: in work, or waiting for it. It remembers no others. */
class Partition {
  /** Their offsets, in the order of delivery. */
  private readonly open = new Set<number>();
  private next = 0;

  begin(offset: number): void {
    this.open.add(offset);
    this.next = offset + 1;
  }

  end(offset: number): void {
    this.open.delete(offset);
  }

  /** All messages before this offset are done. */
  get doneBefore(): number {
    const [first = this.next] = this.open;
    return first;
  }
}

/** How far each partition is done, though its messages end in any order. */
export class Progress {
  private readonly partitions = new Map<number, Partition>();

  /** A message was taken. */
  begin({ partition, offset }: Message): void {
    let open = this.partitions.get(partition);
    if (open === undefined) this.partitions.set(partition, (open = new Partition()));
    open.begin(offset);
  }

  /** A message is done: calls `commit` if now all before a later offset are. */
  end({ partition, offset }: Message, commit: (partition: number, offset: number) => void): void {
    const open = this.partitions.get(partition)!;
    const before = open.doneBefore;
    open.end(offset);
    if (open.doneBefore > before) commit(partition, open.doneBefore);
  }
}
