/** A port in Node also says whether it keeps the process alive; one in a browser does not. */
type Port = MessagePort & { ref?(): void; unref?(): void };

/** Wake-ups by `MessageChannel`: the macrotask of browsers that is not clamped to 4 ms when nested. */
export class MessageWake {
  private constructorUsed: typeof MessageChannel | null = null;
  private receiver: Port | null = null;
  private sender: Port | null = null;
  private run: () => void = () => undefined;

  /** Calls `run` in a macrotask; `false` where there is no `MessageChannel`. One call is outstanding at a time. */
  post(run: () => void): boolean {
    const Channel = globalThis.MessageChannel as typeof MessageChannel | undefined;
    if (Channel === undefined) return false;
    if (this.constructorUsed !== Channel) this.open(Channel);
    this.run = run;
    // An open port would keep a Node process alive for ever, so it is referenced only while a wake-up is outstanding.
    this.receiver?.ref?.();
    this.sender?.postMessage(null);
    return true;
  }

  private open(Channel: typeof MessageChannel): void {
    const { port1, port2 } = new Channel();
    this.constructorUsed = Channel;
    this.receiver = port1;
    this.sender = port2;
    port1.onmessage = () => {
      this.receiver?.unref?.();
      this.run();
    };
  }
}
