import type { Subscription } from 'rxjs';
import sinon from 'sinon';
import { type DebugOptions, enableDebugMode, ThreadPool } from '../../src/index.js';

/** What the specs of debug mode work with: new for each. */
export class DebugRig {
  readonly clock = sinon.useFakeTimers();
  readonly pool = new ThreadPool({ name: 'app', workers: 2, onTaskError: () => undefined });
  readonly reports: string[] = [];
  readonly subscriptions: Subscription[] = [];

  enable(options: DebugOptions = {}): Subscription {
    const subscription = enableDebugMode({ report: (message) => this.reports.push(message), ...options });
    this.subscriptions.push(subscription);
    return subscription;
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => subscription.unsubscribe());
    this.clock.restore();
  }
}
