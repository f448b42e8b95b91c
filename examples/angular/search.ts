import { InjectionToken } from '@angular/core';

export type Search = (text: string, signal: AbortSignal) => Promise<readonly string[]>;

/** What finds words: an HTTP client in an app, a fake in the tests. */
export const SEARCH = new InjectionToken<Search>('SEARCH');
