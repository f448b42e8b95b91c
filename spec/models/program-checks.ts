import { stats } from '../../src/index.js';
import { expect } from 'chai';
import type { Runner } from '../../src/index.js';
import type { ModelSequence, ModelTask, NaiveModel } from './naive-model.js';
import type { Twin } from './program-twin.js';

/** The library starts a task: is it its turn? Exactly, or, where workers are scarce, one of the most urgent. */
export function checkTurn(task: ModelTask, model: NaiveModel, now: number, exactly: boolean): void {
  expect(task.place, `task ${task.id} starts from`).to.equal('queued');
  expect(task.deadline, 'it is not early').to.be.at.most(now);
  const { sequence } = task;
  expect(sequence.queue[0]!.id, 'the first of its sequence').to.equal(task.id);
  expect(sequence.running, 'running in its sequence already').to.be.below(sequence.limit);
  const startable = model.startable();
  expect(startable, 'the sequences that may start').to.include(sequence);
  if (exactly) expect(task.id, 'the next task').to.equal(startable[0]!.queue[0]!.id);
  else expect(sequence.lane, 'its lane').to.equal(startable[0]!.lane);
}

/** What a runner counts is what the model has. */
export function checkCounters(runner: Runner, sequence: ModelSequence, model: NaiveModel): void {
  const delayed = model.delayed.filter((task) => task.sequence === sequence).length;
  expect(stats(runner)).to.include({ queued: sequence.queue.length, running: sequence.running, delayed });
}

/** What is told of a task exactly once has been told once when it is closed, and not before. */
export function checkSettled({ real, handle, torn, settled, body, model: { id } }: Twin): void {
  expect(torn, `how often ${id} was torn down`).to.equal(real.closed ? 1 : 0);
  if (handle === null) return;
  const isLive = handle.state === 'pending' || handle.state === 'running';
  expect(handle.closed, `closed when ${handle.state}`).to.equal(!isLive);
  expect(settled, `how often ${id} has settled`).to.equal(handle.closed && body.isAwaited ? 1 : 0);
}
