// Import zone.js, if the test is about it, before this.
import './dom';
import '@angular/compiler'; // decorators are compiled when they run
import { NgZone } from '@angular/core';
import { type ComponentFixture, getTestBed, TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';

getTestBed().initTestEnvironment(BrowserTestingModule, platformBrowserTesting());

/** What a fixture shows. */
export function shown({ nativeElement }: ComponentFixture<unknown>): string[] {
  return [...(nativeElement as HTMLElement).querySelectorAll('li')].map((item) => item.textContent ?? '');
}

/** Types into the box of a fixture. */
export function type({ nativeElement }: ComponentFixture<unknown>, text: string): void {
  const box = (nativeElement as HTMLElement).querySelector('input')!;
  box.value = text;
  // In a browser zone.js takes listeners into the zone of the app; it does not know the events of happy-dom.
  TestBed.inject(NgZone).run(() => box.dispatchEvent(new Event('input')));
}

/** Waits in real time until `isTrue`. */
export async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
