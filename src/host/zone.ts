import { builtinModule } from './builtin-module.js';

/** The part of zone.js's `Zone` that is used here. Source: zone.js, `lib/zone-impl.ts`. */
interface Zone {
  run<R>(call: () => R): R;
  runGuarded(call: () => void): void;
  get(key: string): unknown;
}

interface ZoneClass {
  readonly current: Zone;
  readonly root: Zone;
}

/** The part of Node's `Domain` that is used here. */
interface Domain {
  enter(): void;
  exit(): void;
}

/** The surroundings of a task's code, as of a timer's: a zone of zone.js, or a domain of Node. */
export interface Surroundings {
  /** Calls `call` there. Errors are thrown to the caller. */
  run<R>(call: () => R): R;
  /** Calls `call` there. Errors go to the error handler there, or else to the host. */
  runGuarded(call: () => void): void;
}

/** What zone.js's `fakeAsync` keeps for one test. */
export interface FakeAsyncTime {
  getCurrentTickTime(): number;
  getFakeSystemTime(): number;
}

/** Node's module `events`, which tells whether the module `domain` is loaded; elsewhere a stand-in that says no. */
const events = /* @__PURE__ */ findEvents();

/**
 * Whether Node's module `domain` is loaded. Checked at every post: a property costs less than the getter `process.domain`.
 */
export function areDomainsLoaded(): boolean {
  return events.usingDomains;
}

/** Whether zone.js, or Node's module `domain`, is loaded. */
export function hasSurroundings(): boolean {
  return zones() !== null || areDomainsLoaded();
}

/** The surroundings of the calling code; null outside of any zone and domain, where nothing needs to be entered. */
export function surroundingsNow(): Surroundings | null {
  const domain = domainNow();
  return domain === null ? currentZone() : inDomain(domain);
}

/** The time of the `fakeAsync` test in which the calling code runs, if any. */
export function currentFakeAsync(): FakeAsyncTime | null {
  const time = currentZone()?.get('FakeAsyncTestZoneSpec') as Partial<FakeAsyncTime> | undefined;
  return typeof time?.getCurrentTickTime === 'function' ? (time as FakeAsyncTime) : null;
}

/** Calls `call` outside of zones and domains. */
export function outOfSurroundings<R>(call: () => R): R {
  const loaded = zones();
  const { process } = globalThis as { process?: { domain?: unknown } };
  const { domain } = process ?? {};
  if (typeof domain !== 'object' || domain === null) return loaded === null ? call() : loaded.root.run(call);
  process!.domain = null;
  try {
    return loaded === null ? call() : loaded.root.run(call);
  } finally {
    process!.domain = domain;
  }
}

/** `Zone` of zone.js, if that is loaded. */
function zones(): ZoneClass | null {
  const { Zone } = globalThis as { Zone?: Partial<ZoneClass> };
  return typeof Zone?.current?.run === 'function' && typeof Zone.root?.run === 'function' ? (Zone as ZoneClass) : null;
}

function currentZone(): Zone | null {
  const loaded = zones();
  return loaded === null || loaded.current === loaded.root ? null : loaded.current;
}

function findEvents(): { readonly usingDomains: boolean } {
  const found = builtinModule('node:events') as { readonly usingDomains?: unknown } | undefined;
  return typeof found?.usingDomains === 'boolean'
    ? (found as { readonly usingDomains: boolean })
    : { usingDomains: false };
}

/** Node's current domain, if there is one. */
function domainNow(): Domain | null {
  const { process } = globalThis as { process?: { domain?: Domain | null } };
  return process?.domain ?? null;
}

/** `domain.run` would stay in the domain if its function throws. */
function inDomain(domain: Domain): Surroundings {
  return {
    run: (call) => {
      domain.enter();
      try {
        return call();
      } finally {
        domain.exit();
      }
    },
    // An error that is uncaught in the domain is the domain's.
    runGuarded: (call) => {
      domain.enter();
      call();
      domain.exit();
    },
  };
}
