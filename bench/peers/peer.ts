import type { SchedulerLike } from 'rxjs';

export type Work = () => void;

/** A way to have work done later: a runner, or what a user would pick instead. Each is used as its own documentation says. */
export interface Peer {
  readonly name: string;
  readonly post: (work: Work) => unknown;
  /** Set where a burst must be posted in some place: `fill` posts it. */
  readonly burst?: (fill: () => void) => void;
  /** Runs `work` again and again, with no delay, while it returns true. By posting it again, unless said otherwise. */
  readonly repeat?: (work: () => boolean) => void;
  readonly delays?: Arming;
  /** Where what is posted can be more urgent than the rest; else all is posted alike. */
  readonly urgency?: Urgency;
  /** Backlogs larger than this take it minutes. */
  readonly longest?: number;
  /** Where it is a scheduler of RxJS. */
  readonly scheduler?: SchedulerLike;
}

/** Delayed work that can be cancelled. */
export interface Arming {
  arm(work: Work, delay: number): unknown;
  cancel(handle: unknown): void;
  /** More random delays than this take it minutes. */
  readonly longest?: number;
}

export interface Urgency {
  /** What the work that can wait is posted as, where that is a choice. */
  readonly backlogName?: string;
  readonly backlog: (work: Work) => unknown;
  readonly urgent: (work: Work) => unknown;
}

/** Calls `fill`, which posts, from where the peer wants it. */
export function burst(peer: Peer, fill: () => void): void {
  if (peer.burst === undefined) fill();
  else peer.burst(fill);
}

export function repeat(peer: Peer, work: () => boolean): void {
  if (peer.repeat !== undefined) {
    peer.repeat(work);
    return;
  }
  const { post } = peer;
  const again = (): void => {
    if (work()) post(again);
  };
  post(again);
}
