import { type Observable, startWith, Subject, type Subscription, switchMap } from 'rxjs';
import { hold, type TaskPriority } from 'rxjs-task-runner';
import { type Match, searchInPieces } from '../threads-demo/fuzzy-search.js';
import { countOf, pack, type WordList } from '../threads-demo/word-list.js';
import { Burst } from './burst.js';
import { IndexState } from './index-state.js';
import type { Load } from './load.js';
import { Runners } from './runners.js';
import { SearchThreads } from './search-threads.js';
import { inSlices } from './sliced.js';
import { type SchedulerName, type Streams, streamsOn } from './streams.js';
import { count, duration } from './text.js';
import { type Answer, answersTo } from './type-ahead.js';

/** Where the search runs. */
export type Place = 'loop' | 'workers';

/** The streams of the page, and what its switches and buttons do to them. It knows nothing of what the page looks like. */
export class Program {
  readonly words: WordList;
  readonly state: IndexState;
  readonly threads: SearchThreads;
  readonly answers: Observable<Answer>;
  runners: Runners;
  scheduler: SchedulerName = 'rxjs-task-runner';
  burst: Burst | undefined;
  isShutDown = false;

  private place: Place = 'loop';
  private text = '';
  private readonly texts = new Subject<string>();
  private readonly changes = new Subject<void>();
  private holding: Subscription | undefined;
  private endLoad: (() => void) | undefined;

  constructor(
    list: readonly string[],
    private readonly threadCount: number,
    readonly burstSize: number,
    private readonly load: Load,
    /** Tells the person what has happened. */
    private readonly say: (text: string) => void,
  ) {
    this.words = pack(list);
    this.state = new IndexState(list, () => load.begin());
    this.threads = new SearchThreads(this.words, threadCount);
    this.runners = new Runners(threadCount);
    this.answers = this.changes.pipe(
      startWith(undefined),
      // What stands in the field is asked again, in the new way.
      switchMap(() => (this.isShutDown ? [] : this.answersFrom(this.texts.pipe(startWith(this.text))))),
    );
  }

  get isBurstHeld(): boolean {
    return this.holding !== undefined;
  }

  ask(text: string): void {
    this.text = text;
    if (this.isShutDown) this.say('The pool is shut down: nobody searches. Press “Start again”.');
    this.texts.next(text);
  }

  buildIndex(): void {
    if (this.isShutDown) return;
    this.state.build(this.streams.indexing, () =>
      this.say(`The index of ${count(this.state.size)} words is built: ${duration(this.state.took)}.`),
    );
  }

  useScheduler(name: SchedulerName): void {
    if (this.burst !== undefined) this.cancel();
    this.release();
    this.scheduler = name;
    if (this.isShutDown) this.start();
    this.say(`All streams run on ${name} now.`);
    if (!this.state.isComplete) this.buildIndex();
    this.changes.next();
  }

  searchOn(place: Place): void {
    this.place = place;
    const { threadCount } = this;
    this.say(
      place === 'loop' ? 'The search runs on the loop now.' : `The search runs on ${threadCount} web workers now.`,
    );
    this.changes.next();
  }

  postBurst(): void {
    if (this.isShutDown || this.burst !== undefined) {
      this.say(this.isShutDown ? 'The pool is shut down: it takes no tasks.' : 'A burst is running already.');
      return;
    }
    this.endLoad = this.load.begin();
    this.burst = new Burst(this.streams.burst, this.burstSize, this.words, () => this.endBurst());
    this.say(`A burst of ${count(this.burstSize)} tasks is queued.`);
  }

  setPriority(priority: TaskPriority): void {
    const began = performance.now();
    this.runners.burst.setPriority(priority);
    const took = performance.now() - began;
    const { scheduler, burst } = this;
    if (scheduler !== 'rxjs-task-runner') this.say(`${scheduler} has no priorities: nothing changes for its tasks.`);
    else if (burst === undefined) this.say(`The next burst will be ${priority}.`);
    else this.say(`${count(burst.left)} tasks of the burst are ${priority} now. That took ${took.toFixed(2)} ms.`);
  }

  /** Holds the burst, or releases it. */
  toggleHold(): void {
    if (this.scheduler !== 'rxjs-task-runner') this.say(`${this.scheduler} cannot be held.`);
    else if (this.isShutDown) this.say('The pool is shut down: there is nothing to hold.');
    else if (this.isBurstHeld) {
      this.release();
      this.say('The burst is released.');
    } else {
      this.holding = hold(this.runners.burst);
      this.say(`The burst is held${this.burst === undefined ? '' : `: ${count(this.burst.left)} tasks wait`}.`);
    }
  }

  cancel(): void {
    if (this.burst === undefined) {
      this.say('There is no burst to cancel.');
      return;
    }
    const dropped = this.burst.cancel();
    this.forgetBurst();
    this.say(`The burst is cancelled: ${count(dropped)} tasks are dropped.`);
  }

  /** Shuts the pool down, or makes another one. */
  async toggleShutdown(): Promise<void> {
    if (this.isShutDown) {
      this.start();
      this.say('A new pool is at work.');
      if (!this.state.isComplete) this.buildIndex();
      this.changes.next();
    } else if (this.scheduler !== 'rxjs-task-runner') this.say(`${this.scheduler} cannot be shut down.`);
    else await this.shutDown();
  }

  private async shutDown(): Promise<void> {
    this.isShutDown = true;
    // A subscriber is not told that its actions are dropped: so streams end first.
    this.changes.next();
    this.state.giveUp();
    this.release();
    const began = performance.now();
    const { abandoned } = await this.runners.pool.shutdown();
    const took = duration(performance.now() - began);
    const dropped = this.burst?.left ?? 0;
    this.forgetBurst();
    this.say(`The pool is shut down in ${took}: ${count(dropped)} tasks dropped, ${abandoned.length} abandoned.`);
  }

  private start(): void {
    const { priority } = this.runners.burst;
    this.runners = new Runners(this.threadCount);
    this.runners.burst.setPriority(priority);
    this.isShutDown = false;
  }

  private release(): void {
    this.holding?.unsubscribe();
    this.holding = undefined;
  }

  private endBurst(): void {
    const took = performance.now() - this.burst!.began;
    this.forgetBurst();
    this.say(`The burst has ended: ${count(this.burstSize)} tasks in ${duration(took)}.`);
  }

  private forgetBurst(): void {
    this.burst = undefined;
    this.endLoad?.();
  }

  private get streams(): Streams {
    return streamsOn(this.scheduler, this.runners);
  }

  private answersFrom(texts: Observable<string>): Observable<Answer> {
    const { streams, runners, place, words, state } = this;
    const all = { from: 0, to: countOf(words) };
    const search = (text: string): Observable<Match[]> =>
      place === 'loop'
        ? inSlices(() => searchInPieces(words, text, all), streams.search)
        : this.threads.search(text, runners.calls);
    return answersTo(texts, state.index, streams, search);
  }
}
