import { expect } from 'chai';
import fc from 'fast-check';
import { Admission } from '../../src/kernel/admission.js';
import { Gate } from '../../src/kernel/gate.js';
import { IDLE } from '../../src/kernel/place.js';
import { AT_GATE, IN_LANE, NOWHERE, type Sequence } from '../../src/kernel/sequence.js';
import type { Task } from '../../src/kernel/task.js';
import { BEST_EFFORT, type Lane, LANES, USER_BLOCKING, USER_VISIBLE } from '../../src/kernel/traits.js';
import { HandScheduler, TinyOwner } from './support/hand-scheduler.js';
import { TinyTask, type TinyTraits } from './support/tiny-task.js';

/** A gate that lets as many tasks in as there is room for, with a log of what it is told. */
class TestGate extends Gate {
  override readonly what = 'a test';
  room = 0;
  readonly log: string[] = [];
  refused: string | null = null;

  override opens(): boolean {
    return this.room > 0;
  }

  override enter(task: Task): void {
    this.room--;
    this.log.push(`enter ${nameOf(task)}`);
  }

  override exit(task: Task): void {
    this.log.push(`exit ${nameOf(task)}`);
  }

  override admit(task: Task): boolean {
    this.log.push(`admit ${nameOf(task)}`);
    return nameOf(task) !== this.refused;
  }

  override queued(task: Task, by: 1 | -1): void {
    this.log.push(`${by === 1 ? 'queued' : 'left'} ${nameOf(task)}`);
  }

  /** From now on there is room for so many more. */
  open(room: number): void {
    this.room = room;
    this.callNext();
  }

  read(): string[] {
    return this.log.splice(0);
  }
}

const nameOf = (task: Task): string => (task instanceof TinyTask ? task.name : '');

describe('A gate', () => {
  let scheduler: HandScheduler;
  let gate: TestGate;
  let ran: string[];
  const owners = new Map<string, TinyOwner>();

  beforeEach(() => {
    scheduler = new HandScheduler();
    gate = new TestGate(scheduler);
    ran = [];
    owners.clear();
  });

  /** Posts a task to the runner of this name, whose tasks pass the gate; pending if it is told so. */
  function post(name: string, lane: Lane = USER_VISIBLE, traits: TinyTraits = {}): TinyTask {
    const work = (): unknown => {
      ran.push(name);
      return traits.work?.(task);
    };
    const task: TinyTask = new TinyTask(sequenceOf(name, lane), name, { ...traits, work });
    scheduler.arm(task, 0);
    return task;
  }

  function sequenceOf(name: string, lane: Lane = USER_VISIBLE): Sequence {
    let owner = owners.get(name);
    if (owner === undefined) {
      owner = new TinyOwner(scheduler, name, { lane });
      owner.sequence.addGate(gate);
      owners.set(name, owner);
    }
    return owner.sequence;
  }

  /** Runs what can run; what that was. */
  function run(): string {
    scheduler.drain();
    return ran.splice(0).join(' ');
  }

  const waiting = (): string => [...gate.waiting].map(({ owner }) => owner.name).join(' ');

  it('that is shut keeps sequences out of the lanes until it calls them, in the order in which they wait', () => {
    ['a', 'b', 'c'].forEach((name) => post(name));
    expect(run()).to.equal('');
    expect(scheduler.lanes.isEmpty).to.equal(true);
    expect(waiting()).to.equal('a b c');
    gate.open(2);
    expect(run()).to.equal('a b');
    expect(waiting()).to.equal('c');
    gate.open(1);
    expect(run()).to.equal('c');
  });

  it('calls one sequence at a time, which goes before the others of its lane', () => {
    ['a', 'b'].forEach((name) => post(name));
    run();
    post('c');
    gate.open(3);
    gate.callNext();
    expect(waiting()).to.equal('b');
    expect([...scheduler.lanes].map(({ owner }) => owner.name)).to.deep.equal(['a', 'c']);
    expect(run()).to.equal('a b c');
  });

  it('calls the most urgent first, also while one that is less urgent is on its way', () => {
    post('b', BEST_EFFORT);
    post('v');
    run();
    gate.open(1);
    expect(waiting()).to.equal('b');
    post('u', USER_BLOCKING);
    expect(run()).to.equal('u');
    expect(waiting()).to.equal('v b');
    gate.open(2);
    expect(run()).to.equal('v b');
  });

  it('lets one that it has called, and that must wait again, keep its turn', () => {
    ['a', 'b', 'c'].forEach((name) => post(name));
    run();
    gate.open(1);
    gate.room = 0;
    expect(run()).to.equal('');
    expect(waiting()).to.equal('a b c');
  });

  it('calls those of a lane in the order in which they wait, also when a more urgent one has come between', () => {
    ['a', 'c'].forEach((name) => post(name));
    run();
    gate.open(1);
    gate.room = 0;
    post('urgent', USER_BLOCKING);
    scheduler.turn();
    expect([...gate.waiting].map(({ owner }) => owner.name)).to.deep.equal(['urgent', 'c']);
    gate.open(3);
    expect(run()).to.equal('urgent a c');
  });

  it('calls again after a wake-up that has thrown', () => {
    post('a');
    run();
    gate.room = 1;
    scheduler.throwsOnce = true;
    expect(() => gate.callNext()).to.throw('wake threw');
    expect(waiting()).to.equal('a');
    gate.callNext();
    expect(run()).to.equal('a');
  });

  it('calls another when the one that is on its way is cancelled', () => {
    const cancelled = post('a');
    post('b');
    run();
    gate.open(1);
    cancelled.unsubscribe();
    expect(sequenceOf('a').spot).to.equal(NOWHERE);
    expect(run()).to.equal('b');
  });

  it('forgets a sequence that waits at it once that has no task left', () => {
    const cancelled = post('a');
    run();
    cancelled.unsubscribe();
    expect(sequenceOf('a')).to.include({ spot: NOWHERE, gate: null });
    gate.open(1);
    expect(run()).to.equal('');
    expect(waiting()).to.equal('');
  });

  it('keeps the place of a lane that has waited for too long, until that has got its task', () => {
    gate = new KeepingGate(scheduler);
    post('late', BEST_EFFORT);
    run();
    scheduler.clock.time = 1;
    gate.callNext();
    scheduler.clock.time = 20_000;
    gate.open(1);
    post('urgent', USER_BLOCKING);
    expect(run()).to.equal('late');
    expect(waiting()).to.equal('urgent');
    gate.open(1);
    expect(run()).to.equal('urgent');
  });

  it('that is taken away lets those go who wait at it', () => {
    post('a');
    run();
    sequenceOf('a').removeGate(gate);
    expect(run()).to.equal('a');
    post('a');
    expect(run()).to.equal('a');
    expect(gate.read()).to.be.empty;
  });

  it('is told who enters, in order with others that must be passed, and who has ended', () => {
    const second = new TestGate(scheduler);
    second.room = Infinity;
    sequenceOf('a').addGate(second);
    gate.room = Infinity;
    const pending = post('a', USER_VISIBLE, { work: () => true });
    run();
    expect([gate.read(), second.read()]).to.deep.equal([['enter a'], ['enter a']]);
    pending.end();
    expect([gate.read(), second.read()]).to.deep.equal([['exit a'], ['exit a']]);
  });

  it('that is shut keeps a sequence back which another gate would let through', () => {
    const second = new TestGate(scheduler);
    sequenceOf('a').addGate(second);
    post('a');
    gate.room = 5;
    run();
    expect(sequenceOf('a').gate).to.equal(second);
    gate.room = 0;
    second.open(5);
    run();
    expect(sequenceOf('a').gate).to.equal(gate);
    gate.open(5);
    expect(run()).to.equal('a');
  });

  describe('that admits to the queue', () => {
    const posted: TinyTraits = { needsWorker: true };

    it('is asked about posted tasks only, and told what joins and what leaves', () => {
      gate.room = Infinity;
      post('action');
      expect(gate.read()).to.be.empty;
      const cancelled = post('a', USER_VISIBLE, posted);
      post('a', USER_VISIBLE, posted);
      expect(gate.read()).to.deep.equal(['admit a', 'queued a', 'admit a', 'queued a']);
      cancelled.unsubscribe();
      expect(gate.read()).to.deep.equal(['left a']);
      run();
      expect(gate.read().filter((line) => line.startsWith('left'))).to.deep.equal(['left a']);
    });

    it('keeps a task out, which then is nowhere', () => {
      gate.refused = 'a';
      const task = post('a', USER_VISIBLE, posted);
      expect(task.place).to.equal(IDLE);
      expect(sequenceOf('a')).to.include({ size: 0, spot: NOWHERE, busyAt: -1 });
    });

    it('is not asked about what must not be refused', () => {
      gate.refused = 'a';
      gate.room = 1;
      const task = new TinyTask(sequenceOf('a'), 'a', posted);
      sequenceOf('a').push(task, null, true);
      run();
      expect(task.runs).to.equal(1);
    });

    it('has room, unless it says that it has none', () => {
      expect(sequenceOf('a').gates.every((gate) => gate.hasRoom(1))).to.equal(true);
    });
  });

  it('starts tasks as a naive line of those who wait does, and loses none, in any program', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), programs, (limit, program) => {
        const real = new RealPool(limit);
        const naive = new NaivePool(limit);
        const play = (step: Step): void => {
          real.play(step);
          naive.play(step);
          expect(real.begun.join(' ')).to.equal(naive.begun.join(' '));
          expect(real.broken()).to.deep.equal([]);
        };
        program.forEach(play);
        play({ drain: true });
        // In the end everybody gets a worker.
        while (naive.running.length > 0) {
          play({ end: 0 });
          play({ drain: true });
        }
        expect(naive.line).to.be.empty;
        expect(real.workers.held).to.equal(0);
        expect([...real.workers.waiting]).to.be.empty;
        expect(real.workers.busySequences).to.be.empty;
      }),
      { numRuns: 200 },
    );
  });
});

/** A gate that keeps a place for a lane which has waited for too long, as workers do. */
class KeepingGate extends TestGate {
  override opens(task?: Task): boolean {
    return this.room > (this.isKeptFrom(task!.sequence) ? 1 : 0);
  }
}

type Step =
  | { post: number; isAsync: boolean }
  | { end: number }
  | { cancel: number }
  | { lift: number; to: Lane }
  | { drain: true };

const RUNNERS = 7;
const runner = fc.nat(RUNNERS - 1);
const programs = fc.array<Step>(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ post: runner, isAsync: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ end: fc.nat(100) }) },
    { weight: 1, arbitrary: fc.record({ cancel: runner }) },
    { weight: 1, arbitrary: fc.record({ lift: runner, to: fc.constantFrom(...LANES) }) },
    { weight: 3, arbitrary: fc.constant({ drain: true } as const) },
  ),
  { maxLength: 80, size: 'max' },
);

const laneOf = (index: number): Lane => (index % 3) as Lane;

/** Runners on the workers of one pool, and a log of what began. */
class RealPool {
  readonly scheduler = new HandScheduler();
  readonly begun: string[] = [];
  private readonly admission: Admission;
  readonly workers;
  private readonly owners: TinyOwner[];
  private readonly running: TinyTask[] = [];
  private count = 0;

  constructor(private readonly limit: number) {
    this.admission = new Admission('', limit, null);
    this.workers = this.admission.workers.on(this.scheduler);
    this.owners = Array.from({ length: RUNNERS }, (_, index) => {
      return new TinyOwner(this.scheduler, `${index}`, { lane: laneOf(index), admission: this.admission });
    });
  }

  play(step: Step): void {
    if ('post' in step) this.post(this.owners[step.post]!, step.isAsync);
    else if ('end' in step) this.running.splice(step.end % Math.max(1, this.running.length), 1)[0]?.end();
    else if ('cancel' in step) this.owners[step.cancel]!.sequence.head?.unsubscribe();
    else if ('lift' in step) this.owners[step.lift]!.setLane(step.to);
    else this.scheduler.drain();
  }

  /** Which of the rules are broken that hold of every sequence, and of the gate, between any two steps. */
  broken(): string[] {
    const { scheduler, workers } = this;
    const inLanes = [...scheduler.lanes];
    const atGate = [...workers.waiting];
    const broken: string[] = [];
    const rule = (holds: boolean, text: string): void => {
      if (!holds) broken.push(text);
    };
    for (const { sequence } of this.owners) {
      const { spot, size, running, limit, gate, busyAt } = sequence;
      rule((spot === NOWHERE) === (size === 0 || running >= limit), 'nowhere exactly while nothing of it may start');
      rule((spot === IN_LANE) === inLanes.includes(sequence), 'in the lanes, or not, as it says');
      rule((spot === AT_GATE) === atGate.includes(sequence), 'at the gate, or not, as it says');
      rule(spot !== AT_GATE || gate === workers, 'at the gate it names');
      rule(spot !== NOWHERE || gate === null, 'nowhere, and called by nobody');
      rule(spot === NOWHERE || sequence.lane === sequence.effectiveLane(), 'in the lane of its priority');
      rule(busyAt >= 0 === size + running > 0, 'busy while it has work');
    }
    rule(workers.held === this.running.length && workers.held <= this.limit, 'no more workers held than there are');
    // While nothing is on its way, nobody waits who could pass.
    const isStuck = inLanes.length === 0 && atGate.some(({ head, lane }) => workers.opens(head!, lane));
    rule(!isStuck, 'no wake-up is lost');
    return broken;
  }

  private post({ sequence, name }: TinyOwner, isAsync: boolean): void {
    const label = `${name}:${this.count++}`;
    const work = (task: TinyTask): boolean => {
      this.begun.push(label);
      if (isAsync) this.running.push(task);
      return isAsync;
    };
    this.scheduler.arm(new TinyTask(sequence, label, { needsWorker: true, work }), 0);
  }
}

interface NaiveRunner {
  readonly name: number;
  lane: Lane;
  readonly queue: { label: string; isAsync: boolean }[];
  isRunning: boolean;
  /** Whether it was found to have to wait. */
  hasWaited: boolean;
}

/** The promises in the plainest way: a line of those who want a worker, and who of each lane came first goes first. */
class NaivePool {
  readonly begun: string[] = [];
  readonly running: { of: NaiveRunner; lane: Lane }[] = [];
  line: NaiveRunner[] = [];
  private readonly runners = Array.from({ length: RUNNERS }, (_, name): NaiveRunner => {
    return { name, lane: laneOf(name), queue: [], isRunning: false, hasWaited: false };
  });
  private count = 0;

  constructor(private readonly limit: number) {}

  play(step: Step): void {
    if ('post' in step) this.post(this.runners[step.post]!, step.isAsync);
    else if ('end' in step) this.end(step.end);
    else if ('cancel' in step) this.cancel(this.runners[step.cancel]!);
    else if ('lift' in step) this.lift(this.runners[step.lift]!, step.to);
    else this.drain();
  }

  private post(of: NaiveRunner, isAsync: boolean): void {
    of.queue.push({ label: `${of.name}:${this.count++}`, isAsync });
    if (of.queue.length === 1 && !of.isRunning) this.join(of);
  }

  private end(index: number): void {
    const [ended] = this.running.splice(index % Math.max(1, this.running.length), 1);
    if (ended === undefined) return;
    ended.of.isRunning = false;
    if (ended.of.queue.length > 0) this.join(ended.of);
  }

  private cancel(of: NaiveRunner): void {
    of.queue.shift();
    if (of.isRunning || (of.queue.length > 0 && !of.hasWaited)) return;
    this.leave(of);
    if (of.queue.length > 0) this.join(of);
  }

  private lift(of: NaiveRunner, to: Lane): void {
    const changes = of.lane !== to;
    of.lane = to;
    if (!changes || !this.line.includes(of)) return;
    this.leave(of);
    this.join(of);
  }

  private drain(): void {
    for (let next = this.next(); next !== undefined; next = this.next()) {
      const { label, isAsync } = next.queue.shift()!;
      this.begun.push(label);
      this.leave(next);
      next.isRunning = isAsync;
      if (isAsync) this.running.push({ of: next, lane: next.lane });
      else if (next.queue.length > 0) this.join(next);
    }
    for (const of of this.line) of.hasWaited = true;
  }

  private next(): NaiveRunner | undefined {
    if (this.running.length >= this.limit) return undefined;
    const bestEffort = this.running.filter(({ lane }) => lane === BEST_EFFORT).length;
    const isCapped = bestEffort >= Math.max(1, this.limit - 1);
    const lanes = isCapped ? [USER_BLOCKING, USER_VISIBLE] : LANES;
    return lanes.flatMap((lane) => this.line.filter((of) => of.lane === lane))[0];
  }

  private join(of: NaiveRunner): void {
    this.line.push(of);
    of.hasWaited = false;
  }

  private leave(of: NaiveRunner): void {
    this.line = this.line.filter((other) => other !== of);
  }
}
