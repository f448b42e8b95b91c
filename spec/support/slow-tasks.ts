import type { TaskHandle, TaskPriority, TaskRunner } from '../../src/index.js';
import { type Gate, gate, turns } from './support.js';

/** Tasks that end when they are told to, and which of them have begun. */
export class SlowTasks {
  readonly begun: string[] = [];
  private readonly gates = new Map<string, Gate<string>>();

  constructor(private readonly pool: TaskRunner) {}

  post(name: string, priority: TaskPriority = 'user-visible', runner: TaskRunner = this.pool): TaskHandle<string> {
    const opened = gate<string>();
    this.gates.set(name, opened);
    return runner.postTask(
      () => {
        this.begun.push(name);
        return opened.promise;
      },
      { priority },
    );
  }

  async end(...names: string[]): Promise<void> {
    for (const name of names) this.gates.get(name)!.open(name);
    await turns();
  }
}
