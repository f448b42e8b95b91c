// What the examples in docstrings take as given: the names that they use and do not make. Only their types matter.
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import type { Tracer } from '@opentelemetry/api';
import type { Observable, Subject } from 'rxjs';
import type {
  JobHandle,
  KeyedTaskRunner,
  Runner,
  SequenceBound,
  SequenceChecker,
  TaskContext,
  TaskHandle,
  ThreadPool,
} from '../../src/index.js';
import type { TaskEnvironment, TaskRecorder } from '../../src/testing/index.js';
import type { TaskController } from '../../src/post-task/index.js';
import type { ServedTasks, Threads } from '../../src/threads/index.js';

export { createReadStream, createWriteStream } from 'node:fs';
export { register } from 'prom-client';

// Runners, and what runs on them.
export declare const pool: ThreadPool;
export declare const runner: Runner;
export declare const account: Runner;
export declare const database: Runner;
export declare const downloads: Runner;
export declare const io: Runner;
export declare const log: Runner;
export declare const orders: Runner;
export declare const parser: Runner;
export declare const stock: Runner;
export declare const ui: Runner;
export declare const rooms: KeyedTaskRunner<string>;
export declare const threads: Threads<Tasks>;
export declare const handle: TaskHandle<Page>;
export declare const job: JobHandle;
export declare const cache: SequenceBound<Cache>;
export declare const checker: SequenceChecker;
export declare const recording: TaskRecorder;
export declare const env: TaskEnvironment;
export declare const controller: TaskController;

export interface Tasks extends ServedTasks {
  readonly hash: (file: ArrayBuffer) => Promise<string>;
  readonly query: (sql: string) => Promise<unknown[]>;
}

// What tasks do.
export interface Page {
  readonly title: string;
}
export declare class Cache {
  load(path: string): Promise<Page>;
}
export declare function load(signal: AbortSignal | TaskContext): Promise<Page>;
export declare function load(url: string, signal: AbortSignal): Promise<Page>;
export declare function search(query: string, signal?: AbortSignal): Promise<Page>;
export declare function find(query: string, signal: AbortSignal): Promise<string[]>;
export declare function query(): Promise<unknown[]>;
export declare function reserve(): Promise<number>;
export declare function book(places: number): Promise<void>;
export declare function refresh(): Promise<void>;
export declare function poll(): Promise<void>;
export declare function prefetch(): Promise<void>;
export declare function write(): Promise<void>;
export declare function work(): Promise<void>;
export declare function startUp(): Promise<void>;
export declare function isReady(): Promise<boolean>;
export declare function isTemporary(error: unknown): boolean;
export declare function compress(file: string): Promise<void>;
export declare function read(file: string): Promise<void>;
export declare function sha256(file: ArrayBuffer): Promise<string>;
export declare function parse(chunk: string | Buffer): Promise<string[]>;
export declare function count(words: readonly string[]): number;
export declare function index(chunk: string): void;
export declare function warmUp(page: Page): void;
export declare function remove(job: JobHandle): void;
export declare function warn(dropped: number): void;

// Streams, and what becomes of their values.
export declare const keystrokes$: Observable<string>;
export declare const query$: Observable<string>;
export declare const lines$: Observable<string>;
export declare const prices$: Observable<number>;
export declare const clicks$: Observable<number>;
export declare const orders$: Observable<Order>;
export declare const events$: Observable<RoomEvent>;
export declare const rows$: Observable<readonly string[]>;
export declare const input: Subject<string>;
export interface Order {
  readonly isVip: boolean;
}
export interface RoomEvent {
  readonly room: string;
}
export declare function withdraw(amount: number): Promise<void>;
export declare function withdraw(from: string | number, amount: number): Promise<number>;
export declare function ship(order: Order): Promise<void>;
export declare function save(event?: unknown): Promise<void>;
export declare function show(value: unknown): void;
export declare function render(value: unknown): void;
export declare function draw(row: string): void;

// Data.
export declare const isDevelopment: boolean;
export declare const buffer: ArrayBuffer;
export declare const chunks: readonly string[];
export declare const files: string[];
export declare const lines: string[];
export declare const pages: readonly Page[];
export declare const source: AsyncIterable<string>;
export declare const urls: readonly string[];
export declare const values: readonly number[];
export declare const words: readonly string[];

// What is around the program.
export declare const button: HTMLButtonElement;
export declare const requestId: AsyncLocalStorage<string>;
export declare const server: EventEmitter<{ request: [request: unknown, response: { end(body: string): void }] }>;
export declare const tracer: Tracer;
/** Of zone.js. */
export declare const Zone: { readonly current: { run<R>(call: () => R): R } };
