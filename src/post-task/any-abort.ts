import { followSignal } from '../base/signal-followers.js';

// `AbortSignal.any` of the runtime where it does what the standard says, and otherwise, as in Node 20 and in browsers before 2024,
// the same here: a signal that follows others is linked to the controllers' own signals, and all that follow one of these have
// aborted before anybody hears of it.

/** Of a signal made here: the root signals that it follows. */
const sourcesOf = /* @__PURE__ */ new WeakMap<AbortSignal, readonly AbortSignal[]>();
/** What follows a source, oldest first. */
const followersOf = /* @__PURE__ */ new WeakMap<AbortSignal, Set<AbortController>>();
/** The reason of those that have aborted, and have not dispatched their event yet. */
const reasons = /* @__PURE__ */ new WeakMap<AbortSignal, { readonly reason: unknown }>();

/** A new signal that aborts when the first of `signals` does; has aborted if one of them has. */
export function anyAbort(signals: readonly AbortSignal[]): AbortSignal {
  return isNativeSound() ? AbortSignal.any([...signals]) : anyOf(signals);
}

/** Calls `abort`, which aborts `source`, with what must be done for those that follow it. */
export function abortWithFollowers(source: AbortSignal, reason: unknown, abort: (reason: unknown) => void): void {
  if (source.aborted) return;
  const given: unknown = reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
  const followers = mark(source, given);
  abort(given);
  for (const follower of followers) follower.abort(given);
}

/** Whether it has aborted, for a signal that may dispatch its event only later. */
export function reasonOf(signal: AbortSignal): { readonly reason: unknown } | undefined {
  return reasons.get(signal);
}

let soundness: boolean | undefined;

/** Whether signals that follow one have aborted when that tells of it. */
export function isNativeSound(): boolean {
  return (soundness ??= typeof AbortSignal.any === 'function' && probe());
}

function probe(): boolean {
  const controller = new AbortController();
  const direct = AbortSignal.any([controller.signal]);
  const indirect = AbortSignal.any([direct]);
  let isSound = false;
  controller.signal.addEventListener('abort', () => {
    isSound = direct.aborted && indirect.aborted;
  });
  controller.abort();
  return isSound;
}

function anyOf(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const aborted = signals.find((one) => one.aborted);
  if (aborted !== undefined) {
    controller.abort(aborted.reason);
    return signal;
  }
  const sources = [...new Set(signals.flatMap((one) => sourcesOf.get(one) ?? [one]))];
  sourcesOf.set(signal, sources);
  for (const source of sources) join(source, controller);
  return signal;
}

function join(source: AbortSignal, follower: AbortController): void {
  let followers = followersOf.get(source);
  if (followers === undefined) {
    followersOf.set(source, (followers = new Set()));
    followSignal(source, () => {
      for (const one of mark(source, source.reason)) one.abort(source.reason);
    });
  }
  followers.add(follower);
}

/** What follows `source`, and has not aborted, has from now on. */
function mark(source: AbortSignal, reason: unknown): AbortController[] {
  const followers = [...(followersOf.get(source) ?? [])].filter(({ signal }) => !signal.aborted);
  followersOf.delete(source);
  for (const { signal } of followers) reasons.set(signal, { reason });
  return followers;
}
