import { listenToPosts } from '../kernel/current.js';
import { hub } from '../kernel/events.js';
import { failureHooks } from '../kernel/failures.js';
import { IDLE } from '../kernel/place.js';
import type { Task } from '../kernel/task.js';
import { CallSite } from './call-site.js';

let sites: WeakMap<Task, CallSite> | null = null;
let users = 0;
let stop: () => void = () => undefined;

/** Records where each task is posted, until every caller has called the returned function. */
export function keepCallSites(): () => void {
  if (users++ === 0) {
    const kept = (sites = new WeakMap());
    failureHooks.postedFrom = postedFrom;
    const stopPosts = listenToPosts((task) => kept.set(task, new CallSite()));
    const stopEnds = hub.listen(new SiteKeeper(kept));
    stop = () => {
      stopPosts();
      stopEnds();
    };
  }
  return () => {
    if (--users > 0) return;
    sites = null;
    stop();
  };
}

/**
 * Drops the post sites of tasks that have ended. Through its stack trace a site keeps the posting task in memory. So tasks
 * that post each other would all be kept.
 */
class SiteKeeper {
  /** The tasks that have ended since the last one began. Listeners for their end may read their sites. */
  private over: Task[] = [];

  constructor(private readonly sites: WeakMap<Task, CallSite>) {}

  started(): void {
    const { over } = this;
    if (over.length === 0) return;
    this.over = [];
    for (const task of over)
      if (task.closed && task.place === IDLE && this.sites.get(task)?.isText !== true) this.sites.delete(task);
  }

  ended(task: Task): void {
    if ((task as { readonly state?: string }).state === 'failed') this.failed(task);
    this.over.push(task);
  }

  /** Its error is reported later. Only the text is kept for that. */
  failed(task: Task): void {
    this.sites.get(task)?.toString();
  }
}

/** Where `task` was posted, converted to text on demand; null if it was not recorded. */
export function callSiteOf(task: Task): CallSite | null {
  return sites?.get(task) ?? null;
}

/** `file:line` where `task` was posted, outside of this library and RxJS; `undefined` if it is not known. */
export function postedFrom(task: Task): string | undefined {
  return textOf(callSiteOf(task));
}

/** The text of a call site, if it has one. */
export function textOf(site: CallSite | null): string | undefined {
  const text = site === null ? '' : site.toString();
  return text === '' ? undefined : text;
}
