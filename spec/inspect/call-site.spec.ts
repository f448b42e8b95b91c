import { expect } from 'chai';
import { callerIn, CallSite, libraryIn } from '../../src/inspect/call-site.js';

const here = new CallSite();
const library = /^(.*)spec.inspect.call-site\.spec\.ts:\d+$/.exec(here.toString())![1]!;

describe('CallSite', () => {
  it('is the file and the line of whoever calls into this library', () => {
    const one = new CallSite();
    const next = new CallSite();
    const [first, second] = [one, next].map((site) => /call-site\.spec\.ts:(\d+)$/.exec(site.toString())?.[1]);
    expect(Number(second) - Number(first)).to.equal(1);
  });

  it('leaves the length of stacks as it was', () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 7;
    try {
      expect(new CallSite().toString()).to.match(/call-site\.spec\.ts:\d+$/);
      expect(Error.stackTraceLimit).to.equal(7);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });

  it('passes over this library, RxJS and Node', () => {
    const stack = [
      'Error',
      `    at new CallSite (${library}src/inspect/call-site.ts:20:18)`,
      `    at ThreadPool.postTask (file://${library}src/runners/base-task-runner.ts:86:17)`,
      '    at Observable.subscribe (/app/node_modules/rxjs/src/internal/Observable.ts:96:22)',
      '    at /app/node_modules/.vite/deps/rxjs_operators.js:12:3',
      '    at process.processImmediate (node:internal/timers:483:21)',
      '    at search (file:///app/(shop)/search.ts:12:34)',
    ];
    expect(callerIn(stack.join('\n'))).to.equal('/app/(shop)/search.ts:12');
  });

  const frames: [name: string, frame: string, place: string][] = [
    ['a call', '    at search (/app/search.ts:12:34)', '/app/search.ts:12'],
    ['no name', '    at file:///app/(shop)/@me/search.ts:12:34', '/app/(shop)/@me/search.ts:12'],
    ['an async call', '    at async file:///app/search.ts:12:34', '/app/search.ts:12'],
    ['a method by another name', '    at Foo.bar [as baz] (C:\\app\\search.ts:12:34)', 'C:\\app\\search.ts:12'],
    ['Firefox', 'search@http://localhost:8080/src/search.ts:12:34', 'http://localhost:8080/src/search.ts:12'],
    ['a project of the name rxjs', '    at search (/rxjs/src/search.ts:12:34)', '/rxjs/src/search.ts:12'],
  ];
  for (const [name, frame, place] of frames) {
    it(`reads a frame of ${name}`, () => {
      expect(callerIn(`Error\n${frame}`)).to.equal(place);
    });
  }

  it('takes the folders of this library for it, but of a bundle only the file', () => {
    const libraryOf = (file: string): string => libraryIn(`Error\n    at ${file}:1:2`);
    expect(libraryOf('file:///work/src/inspect/call-site.ts')).to.equal('/work/src/');
    expect(libraryOf('/app/node_modules/rxjs-task-runner/dist/cjs/inspect/call-site.js')).to.equal(
      '/app/node_modules/rxjs-task-runner/dist/cjs/',
    );
    expect(libraryOf('http://localhost/node_modules/.vite/deps/chunk-A1.js?v=2')).to.equal(
      'http://localhost/node_modules/.vite/',
    );
    expect(libraryOf('/app/dist/main.js')).to.equal('/app/dist/main.js');
    expect(libraryIn()).to.equal('');
  });

  it('works where somebody has a way of his own to make stacks, which may give no text', () => {
    const own = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    const siteWith = (prepareStackTrace: (error: Error, frames: NodeJS.CallSite[]) => unknown): string => {
      Error.prepareStackTrace = prepareStackTrace;
      try {
        const { stack } = new Error();
        expect(libraryIn(stack)).to.be.a('string');
        return new CallSite().toString();
      } finally {
        Reflect.deleteProperty(Error, 'prepareStackTrace');
        if (own !== undefined) Object.defineProperty(Error, 'prepareStackTrace', own);
      }
    };
    expect(siteWith((_, frames) => frames)).to.match(/call-site\.spec\.ts:\d+$/);
    expect(siteWith(() => 'Error\n    at search (/app/search.ts:12:34)')).to.equal('/app/search.ts:12');
    for (const none of [null, undefined, 1, {}, [], [null]]) expect(siteWith(() => none)).to.equal('');
  });

  it('is empty when nobody else is in the stack', () => {
    expect(callerIn('Error\n    at Promise.all (index 0)\n    at <anonymous>')).to.equal('');
    expect(callerIn('')).to.equal('');
  });
});
