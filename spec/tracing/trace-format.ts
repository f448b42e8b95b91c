import { expect } from 'chai';

/** An event of the Trace Event Format. */
export interface Event {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly id: number;
  readonly cat: string;
  readonly bp?: string;
  readonly s?: string;
  readonly args: Readonly<Record<string, string | number>>;
}

/** A stream that keeps what it is given. With `isSlow` it takes a chunk only when it is told to. */
export class Memory {
  readonly chunks: string[] = [];
  isClosed = false;
  private waiting: (() => void) | null = null;
  private readonly decoder = new TextDecoder();

  constructor(private isSlow = false) {}

  readonly stream = new WritableStream<Uint8Array>({
    write: (chunk) => {
      this.chunks.push(this.decoder.decode(chunk));
      if (this.isSlow) return new Promise<void>((resolve) => (this.waiting = resolve));
      return undefined;
    },
    close: () => {
      this.isClosed = true;
    },
  });

  hurry(): void {
    this.isSlow = false;
    this.waiting?.();
  }

  get text(): string {
    return this.chunks.join('');
  }

  get events(): Event[] {
    return JSON.parse(this.text) as Event[];
  }
}

const placeOf = ({ pid, tid }: Event): string => `${pid}/${tid}`;
const MICROSECONDS = 1e-6;

/** The rules of the format, and of what viewers make of it. `isWhole`: nothing was dropped, so that all flows are bound. */
export function expectToBeATrace(events: readonly Event[], isWhole = true): void {
  const slices = events.filter(({ ph }) => ph === 'X');
  const names = events.filter(({ ph }) => ph === 'M');
  for (const event of events) {
    expect(event.ph, JSON.stringify(event)).to.be.oneOf(['X', 's', 'f', 'b', 'e', 'i', 'C', 'M']);
    expect(event.name).to.be.a('string');
    expect(Number.isInteger(event.pid) && Number.isInteger(event.tid)).to.equal(true);
    if (event.ph === 'M') continue;
    expect(event.ts, JSON.stringify(event)).to.be.a('number').and.to.satisfy(Number.isFinite);
  }
  for (const { dur } of slices) expect(dur).to.be.greaterThan(0);
  for (const { ph, s } of events) if (ph === 'i') expect(s).to.be.oneOf(['t', 'g']);
  for (const { ph, args } of events) {
    if (ph === 'C') expect(Object.values(args).every((value) => Number(value) >= 0)).to.equal(true);
  }

  // Each place has a name and a rank, once.
  for (const kind of ['thread_name', 'thread_sort_index'] as const) {
    const named = names.filter(({ name }) => name === kind).map(placeOf);
    expect(new Set(named).size, `each ${kind} once`).to.equal(named.length);
    const places = events.filter(({ ph }) => ph !== 'M' && ph !== 'C').map(placeOf);
    expect(named).to.include.members([...new Set(places)]);
  }

  // Slices of one row lie one after the other, or one in the other.
  const rows = new Map<string, Event[]>();
  for (const slice of slices) rows.set(placeOf(slice), [...(rows.get(placeOf(slice)) ?? []), slice]);
  for (const row of rows.values()) {
    const open: number[] = [];
    for (const { ts, dur, name } of row.sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
      while (open.length > 0 && open.at(-1)! <= ts + MICROSECONDS) open.pop();
      if (open.length > 0) expect(ts + dur, `the end of ${name}`).to.be.at.most(open.at(-1)! + MICROSECONDS);
      open.push(ts + dur);
    }
  }

  const pairs = (begin: string, end: string): [Event, Event][] => {
    const keyOf = ({ cat, id, name }: Event): string => `${cat}/${id}/${name}`;
    const ends = new Map(events.filter(({ ph }) => ph === end).map((event) => [keyOf(event), event]));
    const begins = events.filter(({ ph }) => ph === begin);
    expect(begins.map(keyOf).sort(), `${begin} and ${end}`).to.deep.equal(
      events
        .filter(({ ph }) => ph === end)
        .map(keyOf)
        .sort(),
    );
    expect(ends.size).to.equal(begins.length);
    return begins.map((event) => [event, ends.get(keyOf(event))!]);
  };
  for (const [begin, end] of pairs('b', 'e')) expect(begin.ts).to.be.at.most(end.ts);
  const isIn = (event: Event, { ts, dur }: Event): boolean => ts <= event.ts && event.ts <= ts + dur + MICROSECONDS;
  for (const [start, finish] of pairs('s', 'f')) {
    expect(start.ts).to.be.at.most(finish.ts);
    expect(finish.bp).to.equal('e');
    for (const event of isWhole ? [start, finish] : [finish]) {
      const places = rows.get(placeOf(event)) ?? [];
      expect(
        places.some((slice) => isIn(event, slice)),
        `${JSON.stringify(event)} lies in a slice`,
      ).to.equal(true);
    }
  }
}
