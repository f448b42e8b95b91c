import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

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

/** A connection through the loopback interface, whose other end says what it hears. */
export class Echo {
  private constructor(
    private readonly socket: Socket,
    private readonly end: () => void,
  ) {}

  static async open(): Promise<Echo> {
    const server = createServer({ noDelay: true }, (peer) => peer.pipe(peer)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const socket = connect({ port: address.port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Echo(socket, () => {
      socket.destroy();
      server.close();
    });
  }

  readonly say = (): Promise<void> =>
    new Promise((resolve) => {
      this.socket.once('data', () => resolve());
      this.socket.write('x');
    });

  close(): void {
    this.end();
  }
}
