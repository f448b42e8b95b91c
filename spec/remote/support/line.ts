/**
 * A line to a task in a thread, beside its call: the task says what it does, and is told when to go on. So a spec needs no
 * time to pass.
 */
export class Line {
  /** For the task: moved with its arguments, by `transfer`. */
  readonly port: MessagePort;
  /** All that the task has said. */
  readonly heard: string[] = [];
  private readonly own: MessagePort;
  private readonly waiting = new Set<() => void>();

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.own = port1;
    this.port = port2;
    this.own.onmessage = ({ data }: MessageEvent<string>) => {
      this.heard.push(data);
      for (const look of [...this.waiting]) look();
    };
  }

  say(what: string): void {
    this.own.postMessage(what);
  }

  /** Resolves when the task has said so. */
  hears(what: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.heard.includes(what)) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  close(): void {
    this.own.close();
  }
}
