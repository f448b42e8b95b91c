import { demand } from '../base/demand.js';

/** A `WritableStream` of the web, or one of `node:stream/web`, that takes bytes. */
export interface WebSink {
  /** Locks the stream, and returns what writes to it. */
  getWriter(): {
    /** Writes a chunk; resolves when another may come. */
    write(chunk: Uint8Array): Promise<void>;
    /** Ends the stream. */
    close(): Promise<void>;
  };
}

/** A `Writable` of Node: the stream of a file, say. */
export interface NodeSink {
  /** Writes a chunk; calls `done` when another may come. */
  write(chunk: Uint8Array, done: (error?: Error | null) => void): unknown;
  /** Ends the stream; calls `done` when all is written. */
  end(done: () => void): unknown;
  /** Listens to an error. */
  once(event: 'error', listener: (error: Error) => void): unknown;
}

/** Writes one chunk after the other. */
export interface TraceSink {
  /** Resolves when another chunk may come. */
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** @throws TypeError when `stream` is neither, or a writer of it is there already */
export function sinkOf(stream: WebSink | NodeSink): TraceSink {
  const given: unknown = stream;
  const { getWriter, write, end } = (given ?? {}) as Partial<WebSink & NodeSink>;
  if (typeof getWriter === 'function') return (stream as WebSink).getWriter();
  const isNodes = typeof write === 'function' && typeof end === 'function';
  demand(isNodes, 'A trace is written to a WritableStream, or a Writable of Node', stream);
  return nodeSink(stream as NodeSink);
}

function nodeSink(stream: NodeSink): TraceSink {
  // A file that cannot be opened fails between two writes, too.
  const broken = new Promise<never>((_, reject) => stream.once('error', reject));
  broken.catch(() => undefined);
  const settling = (begin: (done: (error?: Error | null) => void) => void): Promise<void> =>
    Promise.race([
      broken,
      new Promise<void>((resolve, reject) => begin((error) => (error instanceof Error ? reject(error) : resolve()))),
    ]);
  return {
    write: (chunk) => settling((done) => stream.write(chunk, done)),
    close: () => settling((done) => stream.end(done)),
  };
}
