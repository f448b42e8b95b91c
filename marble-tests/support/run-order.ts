import { asyncScheduler, type Observable, ReplaySubject } from 'rxjs';

/**
 * What ran, when, and in which order, as an observable for `expectObservable`: a column is a frame, and the letters of a
 * group, as in `--(ab)`, are in the order in which they ran.
 *
 * It replays, since `expectObservable` subscribes in frame 0, when the first tasks may have run already.
 */
export class RunOrder {
  private readonly seen = new ReplaySubject<string>();
  readonly ran: Observable<string> = this.seen.asObservable();

  /** Work that says that it runs. */
  mark(name: string): () => void {
    return () => {
      this.note(name);
    };
  }

  note(name: string): void {
    this.seen.next(name);
  }
}

/** The frame of the `testScheduler.run()` in force. */
export function frame(): number {
  return asyncScheduler.now();
}
