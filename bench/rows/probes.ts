import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

// Were it in the same thread, an answer would take two rounds of the host's loop, and so two turns.
const SERVER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer({ noDelay: true }, (peer) => peer.pipe(peer));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** How long the host takes to come to what it was asked for, again and again, while something else keeps it busy. */
export interface Probe {
  readonly latencies: number[];
  /** Ends when the last answer has come. */
  stop(): Promise<void>;
}

/** Asks again at each answer, which `ask` resolves with. */
export function probe(ask: () => Promise<unknown>): Probe {
  const latencies: number[] = [];
  let isStopped = false;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      const asked = performance.now();
      await ask();
      latencies.push(performance.now() - asked);
    }
  };
  const running = run();
  return {
    latencies,
    stop() {
      isStopped = true;
      return running;
    },
  };
}

export const untilTimeout = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
export const untilImmediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A connection through the loopback interface, whose other end says what it hears, in a thread of its own. */
export class Echo {
  private constructor(
    private readonly socket: Socket,
    private readonly server: Worker,
  ) {}

  static async open(): Promise<Echo> {
    const server = new Worker(SERVER, { eval: true });
    const [port] = (await once(server, 'message')) as [number];
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Echo(socket, server);
  }

  readonly say = (): Promise<void> =>
    new Promise((resolve) => {
      this.socket.once('data', () => resolve());
      this.socket.write('x');
    });

  async close(): Promise<void> {
    this.socket.destroy();
    await this.server.terminate();
  }
}
