import { Component, inject, Injector } from '@angular/core';
import { pendingUntilEvent, toSignal } from '@angular/core/rxjs-interop';
import { debounceTime, type Observable, observeOn, Subject, switchMap } from 'rxjs';
import { fromTask } from 'rxjs-task-runner';
import { SEARCH } from './search';
import { TaskRunners } from './task-runners';

/** Without zone.js: a signal tells Angular what has changed, and `pendingUntilEvent` what it has to wait for. */
@Component({
  selector: 'search-box',
  template: `
    <input #box (input)="texts.next(box.value)" />
    @for (word of words(); track $index) {
      <li>{{ word }}</li>
    }
  `,
})
export class ZonelessSearchBox {
  private readonly runners = inject(TaskRunners);
  private readonly search = inject(SEARCH);
  private readonly injector = inject(Injector);
  readonly texts = new Subject<string>();
  readonly words = toSignal(
    this.texts.pipe(
      debounceTime(100, this.runners.ui),
      switchMap((text) => this.find(text)),
    ),
    { initialValue: [] },
  );

  private find(text: string): Observable<readonly string[]> {
    const { io, ui } = this.runners;
    const words = fromTask(io, ({ signal }) => this.search(text, signal));
    return words.pipe(observeOn(ui), pendingUntilEvent(this.injector));
  }
}
