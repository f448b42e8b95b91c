/**
 * The page: somebody searches in a dictionary, while the loop has a hundred thousand other things to do.
 *
 * Start reading at type-ahead.ts, which holds the pipeline from a key to its answer; streams.ts says what it runs on, and
 * program.ts what the buttons do.
 */
import { interval } from 'rxjs';
import { createFrameTaskRunner, type TaskPriority } from 'rxjs-task-runner';
import { BURST_SIZE } from './burst.js';
import { ComparisonView } from './comparison-view.js';
import { element, onChoice } from './element.js';
import { KeyWatch } from './key-watch.js';
import { DRAWING, LaneWatch } from './lane-watch.js';
import { Load } from './load.js';
import { LogView } from './log-view.js';
import { LoopProbe, type Sample } from './loop-probe.js';
import { Measurements } from './measurements.js';
import { Palette } from './palette.js';
import { Picture } from './picture.js';
import { type Place, Program } from './program.js';
import { ProgressView } from './progress-view.js';
import { ResultsView } from './results-view.js';
import type { SchedulerName } from './streams.js';
import { switchThemes } from './theme.js';
import { KEPT_MS } from './timeline.js';

const TABLE_EVERY_MS = 500;
const MOST_THREADS = 4;

const input = element('query', HTMLInputElement);
const { say } = new LogView();
const response = await fetch(new URL('./words.txt', import.meta.url));
const words = (await response.text()).split('\n');

const load = new Load();
// One processor is for the loop.
const threads = Math.max(2, Math.min(MOST_THREADS, navigator.hardwareConcurrency - 1));
const burstSize = Number(new URLSearchParams(location.search).get('burst') ?? BURST_SIZE);
const program = new Program(words, threads, burstSize, load, say);

// What is measured.
const measurements = new Measurements();
const lanes = new LaneWatch();
let delays: Sample[] = [];
new LoopProbe((sample) => {
  delays.push(sample);
  if (load.wasOnAt(sample.at)) measurements.add(program.scheduler, 'loop', sample.ms);
});
const keys = new KeyWatch(
  input,
  ({ at, noticed }) => {
    if (load.wasOnAt(at)) measurements.add(program.scheduler, 'noticed', noticed - at);
  },
  ({ at, answered }) => {
    if (load.wasOnAt(at)) measurements.add(program.scheduler, 'answered', answered - at);
  },
);

// What is shown.
const palette = new Palette();
switchThemes(() => palette.read());
const results = new ResultsView(program.words);
const progress = new ProgressView();
const comparison = new ComparisonView(measurements);
const picture = new Picture(palette, () => {
  const { runners, isBurstHeld } = program;
  const oldest = performance.now() - KEPT_MS;
  if (delays.length > 0 && delays[0]!.at < oldest) delays = delays.filter(({ at }) => at >= oldest);
  return { runners, isBurstHeld, threads: program.threads.watched, lanes, keys, delays };
});
const frames = createFrameTaskRunner({ name: 'views' });
DRAWING.add(frames);
interval(0, frames).subscribe(() => progress.show(program));
interval(TABLE_EVERY_MS, frames).subscribe(() => comparison.show(program.scheduler));
comparison.show(program.scheduler);
picture.run();

// What the person does.
program.answers.subscribe({
  next: (answer) => {
    results.show(answer);
    if (answer.matches !== undefined) keys.answer(answer.text);
  },
  error: (error: unknown) => say(`The search has failed: ${String(error)}`),
});
input.addEventListener('input', () => program.ask(input.value.trim().toLowerCase()));
onChoice('scheduler', (name) => program.useScheduler(name as SchedulerName));
onChoice('place', (place) => program.searchOn(place as Place));
onChoice('priority', (priority) => program.setPriority(priority as TaskPriority));
const presses: Readonly<Record<string, () => void>> = {
  burst: () => program.postBurst(),
  hold: () => program.toggleHold(),
  cancel: () => program.cancel(),
  rebuild: () => program.buildIndex(),
  shutdown: () => void program.toggleShutdown(),
};
for (const [id, press] of Object.entries(presses)) element(id, HTMLButtonElement).addEventListener('click', press);
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target === input) return;
  event.preventDefault();
  input.select();
});

program.buildIndex();
document.documentElement.dataset['ready'] = '';
