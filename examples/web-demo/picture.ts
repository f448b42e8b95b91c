import { interval, type Subscription } from 'rxjs';
import { createFrameTaskRunner, stats, type TaskPriority } from 'rxjs-task-runner';
import { percentile } from '../demo/statistics.js';
import { BURST_SIZE } from './burst.js';
import { element } from './element.js';
import type { KeyPress, KeyWatch } from './key-watch.js';
import { DRAWING, type LaneWatch } from './lane-watch.js';
import type { Sample } from './loop-probe.js';
import type { Palette } from './palette.js';
import type { Runners } from './runners.js';
import { outside } from './streams.js';
import { count, duration } from './text.js';
import { KEPT_MS } from './timeline.js';
import { Track } from './track.js';
import type { WatchedThread } from './watched-thread.js';

/** A person who wants less motion gets two pictures a second. */
const CALM_MS = 500;
/** Over so much of the past the share of the loop is told. */
const SHARE_MS = 1_000;
/** A delay of the loop that fills its row. */
const FULL_DELAY_MS = 200;
/** Keys are drawn in so many lines, one below the other, since they overlap. */
const KEY_LINES = 4;

/** What the picture shows. */
export interface Scene {
  readonly runners: Runners;
  readonly isBurstHeld: boolean;
  readonly threads: readonly WatchedThread[];
  readonly lanes: LaneWatch;
  readonly keys: KeyWatch;
  /** Of the last ten seconds. */
  readonly delays: readonly Sample[];
}

const LANES = [
  ['user-blocking', 'blocking'],
  ['user-visible', 'visible'],
  ['best-effort', 'effort'],
] as const;

/** The live picture of lanes and threads, which is drawn in frames, by a runner of frames. */
export class Picture {
  private readonly frames = createFrameTaskRunner({ name: 'picture' });
  private readonly lanes = LANES.map(([priority, colour]) => ({ priority, track: new Track(priority, colour) }));
  private readonly outside = Object.entries(outside).map(([name, scheduler]) => ({
    scheduler,
    track: new Track(name, 'outside'),
  }));
  private readonly threads: readonly Track[];
  private readonly loop = new Track('loop delay', 'late');
  private readonly keys = new Track('your keys', 'key');

  constructor(
    private readonly palette: Palette,
    private readonly scene: () => Scene,
  ) {
    this.threads = scene().threads.map(({ name }) => new Track(name, 'thread'));
    DRAWING.add(this.frames);
    element('lanes', HTMLElement).append(...this.lanes.map(({ track }) => track.element));
    element('outside', HTMLElement).append(...this.outside.map(({ track }) => track.element));
    element('threads', HTMLElement).append(...this.threads.map((track) => track.element));
    element('waits', HTMLElement).append(this.loop.element, this.keys.element);
  }

  /** Draws in each frame from now on. */
  run(): Subscription {
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    return interval(isCalm ? CALM_MS : 0, this.frames).subscribe(() => this.draw(performance.now()));
  }

  private draw(now: number): void {
    const scene = this.scene();
    for (const { priority, track } of this.lanes) this.drawLane(scene, priority, track, now);
    for (const { scheduler, track } of this.outside) {
      this.begin(track, now).slices(scheduler.ran.since(now - KEPT_MS), this.palette.get(track.colour));
      track.note = this.laneNote(scheduler.waiting > 0 ? [`${count(scheduler.waiting)} wait`] : [], scheduler.ran, now);
      track.queue = fullness(scheduler.waiting);
    }
    scene.threads.forEach((thread, number) => {
      const track = this.threads[number]!;
      this.begin(track, now).slices(thread.since(now - KEPT_MS), this.palette.get(track.colour));
      track.note = thread.runs === '' ? 'idle' : thread.runs;
    });
    this.drawDelays(scene.delays, now);
    this.drawKeys(scene.keys.since(now - KEPT_MS), now);
  }

  private drawLane({ runners, lanes, isBurstHeld }: Scene, priority: TaskPriority, track: Track, now: number): void {
    const busy = runners.all
      .filter((runner) => runner.priority === priority)
      .map((runner) => ({ runner, waiting: stats(runner).queued }))
      .filter(({ waiting }) => waiting > 0);
    const isHeld = isBurstHeld && busy.some(({ runner }) => runner === runners.burst);
    const words = busy.map(({ runner, waiting }) => {
      return `${runner.name} ${count(waiting)}${isHeld && runner === runners.burst ? ' held' : ''}`;
    });
    const ran = lanes.of(priority);
    this.begin(track, now).slices(ran.since(now - KEPT_MS), this.palette.get(track.colour));
    track.note = this.laneNote(words, ran, now);
    track.queue = fullness(busy.reduce((sum, { waiting }) => sum + waiting, 0));
    track.isHeld = isHeld;
  }

  private laneNote(waiting: readonly string[], ran: { share(from: number, to: number): number }, now: number): string {
    const share = Math.round(ran.share(now - SHARE_MS, now) * 100);
    const words = share > 0 ? [...waiting, `loop ${share} %`] : waiting;
    return words.length === 0 ? 'empty' : words.join(' · ');
  }

  private drawDelays(delays: readonly Sample[], now: number): void {
    const strip = this.begin(this.loop, now);
    for (const { at, ms } of delays) strip.bar(at, Math.min(1, ms / FULL_DELAY_MS), this.palette.get('late'));
    this.loop.note = summary(delays.map(({ ms }) => ms));
  }

  /** Each key is a slice from its press to its answer. */
  private drawKeys(presses: readonly KeyPress[], now: number): void {
    const strip = this.begin(this.keys, now);
    presses.forEach(({ at, answered = now }, number) => {
      const line = number % KEY_LINES;
      strip.slices([[at, answered]], this.palette.get('key'), (line + 0.2) / KEY_LINES, (line + 0.85) / KEY_LINES);
    });
    const waits = presses.filter((press) => press.answered !== undefined).map(({ at, answered }) => answered! - at);
    this.keys.note = presses.length === 0 ? 'type to see how long each waits for its answer' : summary(waits);
  }

  private begin({ strip }: Track, now: number) {
    strip.begin(now, this.palette.get('grid'));
    return strip;
  }
}

function summary(values: number[]): string {
  if (values.length === 0) return 'none answered yet';
  const sorted = values.sort((a, b) => a - b);
  return `p50 ${duration(percentile(sorted, 50))} · p95 ${duration(percentile(sorted, 95))}`;
}

/** Of what waits, from 0 to 1: by the square root, so that a hundred can be seen beside a hundred thousand. */
function fullness(waiting: number): number {
  return Math.min(1, Math.sqrt(waiting / BURST_SIZE));
}
