import { isReady } from '../kernel/inventory.js';
import type { SequenceOwner, WorkOwner } from '../kernel/sequence.js';
import { Task } from '../kernel/task.js';
import { PRIORITIES } from '../kernel/traits.js';
import type { Work } from '../kernel/work.js';
import type { TaskPriority } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** What a runner has now, of one priority. */
export interface Tally {
  readonly runner: string;
  readonly priority: TaskPriority;
  queued: number;
  running: number;
  delayed: number;
}

/**
 * Counts what some runners, pools and keyed runners have on the clock in force, by runner and priority: as `stats` does,
 * but each task once, though its runner and its pool are both asked. O(busy sequences), and O(delayed tasks of the clock).
 */
export class QueueCensus {
  /** Those that were met once are reported from then on: a series that comes and goes has gaps. */
  private readonly tallies = new Map<string, Tally>();

  /** @param labelOf what a runner of a name is called */
  constructor(
    private readonly owners: readonly WorkOwner[],
    private readonly labelOf: (name: string) => string,
  ) {}

  take(): readonly Tally[] {
    for (const tally of this.tallies.values()) tally.queued = tally.running = tally.delayed = 0;
    const scheduler = schedulerInForce();
    const works = this.owners.map((owner) => owner.findWork(scheduler)).filter((work) => work !== undefined);
    for (const sequence of new Set(works.flatMap(({ busySequences }) => busySequences))) {
      const { owner, size, internal, running, lane } = sequence;
      if (size + running === 0) continue;
      // What waits in a sequence goes by its most urgent task.
      const tally = this.tallyOf(owner, PRIORITIES[size > 0 ? sequence.effectiveLane() : lane]!);
      tally.queued += size - internal;
      tally.running += running;
    }
    const delayed = works.filter((work) => work.delayed !== 0);
    // Frame and idle runners have loops of their own.
    const loops = new Set(delayed.map((work) => work.scheduler));
    for (const { delays } of loops) for (const node of delays.values()) this.countDelayed(node, delayed);
    return [...this.tallies.values()];
  }

  private countDelayed(node: unknown, works: readonly Work[]): void {
    if (!(node instanceof Task) || node.isInternal || !works.some((work) => work.has(node))) return;
    this.tallyOf(node.sequence.owner, PRIORITIES[node.currentLane]!)[isReady(node) ? 'queued' : 'delayed']++;
  }

  private tallyOf({ traits }: SequenceOwner, priority: TaskPriority): Tally {
    const runner = this.labelOf(traits.name);
    const key = `${priority} ${runner}`;
    let tally = this.tallies.get(key);
    if (tally === undefined) this.tallies.set(key, (tally = { runner, priority, queued: 0, running: 0, delayed: 0 }));
    return tally;
  }
}
