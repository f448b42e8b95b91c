const DRAW_EVERY_MS = 100;
const LABEL_WIDTH = 28;
/** The brackets, the percentage, and a column that stays empty: some terminals wrap when the last one is filled. */
const BESIDES = 9;
const SHORTEST_BAR = 10;
const LONGEST_BAR = 60;
const CLEAR_LINE = '\r\x1b[K';

/**
 * A bar that tells how far the run is, and whether the program is alive: it is drawn by a timer of the same event loop,
 * so that it stands still when that does.
 *
 * It goes to the standard error, where it does not get into a file the results are piped to. Where that is no terminal
 * there is one line per run instead of a bar.
 */
export class Progress {
  private label = '';
  private total = 1;
  private done = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly unit: string,
    private readonly isSilentWithoutTerminal: boolean,
  ) {}

  begin(label: string, total: number): void {
    this.label = label;
    this.total = total;
    this.done = 0;
    if (!this.out.isTTY) return;
    this.draw();
    this.timer = setInterval(this.draw, DRAW_EVERY_MS);
  }

  /** Cheap: it may be called for every chunk. */
  readonly advance = (done: number): void => {
    this.done = done;
  };

  end(): void {
    clearInterval(this.timer);
    if (this.out.isTTY) this.out.write(CLEAR_LINE);
    else if (!this.isSilentWithoutTerminal) this.out.write(`${this.label}: ${this.done} ${this.unit}\n`);
  }

  private readonly draw = (): void => {
    const share = this.done / this.total;
    const percent = `${Math.round(share * 100)} %`.padStart(6);
    const room = Math.min((this.out.columns || 80) - LABEL_WIDTH - BESIDES, LONGEST_BAR);
    const bar = room < SHORTEST_BAR ? '' : `[${'#'.repeat(Math.round(share * room)).padEnd(room, '.')}]`;
    this.out.write(`${CLEAR_LINE}${this.label.padEnd(LABEL_WIDTH)}${bar}${percent}`);
  };
}
