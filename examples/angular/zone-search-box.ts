import { Component, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { debounceTime, observeOn, Subject, switchMap } from 'rxjs';
import { fromTask } from 'rxjs-task-runner';
import { SEARCH } from './search';
import { TaskRunners } from './task-runners';

/** With zone.js: a field is enough, since each task ends with a change detection. */
@Component({
  selector: 'search-box',
  template: `
    <input #box (input)="texts.next(box.value)" />
    @for (word of words; track $index) {
      <li>{{ word }}</li>
    }
  `,
})
export class ZoneSearchBox {
  readonly texts = new Subject<string>();
  words: readonly string[] = [];

  constructor() {
    const { io, ui } = inject(TaskRunners);
    const search = inject(SEARCH);
    this.texts
      .pipe(
        debounceTime(100, ui),
        switchMap((text) => fromTask(io, ({ signal }) => search(text, signal))),
        observeOn(ui),
        takeUntilDestroyed(),
      )
      .subscribe((words) => (this.words = words));
  }
}
