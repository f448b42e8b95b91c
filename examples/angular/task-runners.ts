import { ErrorHandler, inject, Injectable, type OnDestroy } from '@angular/core';
import { ThreadPool } from 'rxjs-task-runner';

/** The runners of the app: one pool, which ends with the app. */
@Injectable({ providedIn: 'root' })
export class TaskRunners implements OnDestroy {
  private readonly errors = inject(ErrorHandler);
  private readonly pool = new ThreadPool({ onTaskError: (error) => this.errors.handleError(error) });
  readonly ui = this.pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
  readonly io = this.pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'io' });

  ngOnDestroy(): void {
    this.pool.stop();
  }
}
