import { microtasks } from './support.js';

type Callback = (info: unknown) => void;

/** Stand-ins for `requestAnimationFrame` and `requestIdleCallback` on `globalThis`, which come when they are told to. */
export class PageCallbacks {
  /** The time-outs of the idle callbacks that were asked for. */
  readonly timeouts: number[] = [];
  /** Milliseconds that are left of an idle period. */
  remaining = 50;
  private frame: Callback[] = [];
  private idle: Callback[] = [];
  private readonly before = ['requestAnimationFrame', 'requestIdleCallback'].map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );

  constructor({ hasIdle = true }: { readonly hasIdle?: boolean } = {}) {
    this.put('requestAnimationFrame', (run: Callback) => this.frame.push(run));
    this.put(
      'requestIdleCallback',
      hasIdle
        ? (run: Callback, { timeout }: { timeout: number }) => {
            this.timeouts.push(timeout);
            return this.idle.push(run);
          }
        : undefined,
    );
  }

  /** The callbacks asked for before a frame come, with all microtasks between two. */
  async comeFrame(): Promise<void> {
    await this.come(this.frame.splice(0), performance.now());
  }

  /** The same in an idle period. */
  async comeIdle(): Promise<void> {
    await this.come(this.idle.splice(0), { timeRemaining: () => this.remaining });
  }

  /** How many callbacks are outstanding. */
  get outstanding(): number {
    return this.frame.length + this.idle.length;
  }

  restore(): void {
    for (const [name, descriptor] of this.before) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }

  private async come(callbacks: Callback[], info: unknown): Promise<void> {
    for (const run of callbacks) {
      run(info);
      await microtasks();
    }
  }

  private put(name: string, value: unknown): void {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
  }
}
