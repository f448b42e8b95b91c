import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a program prints until it ends by itself; killed, which fails, when it does not. */
async function outputOf(program: string): Promise<string> {
  const code = `import { ThreadPool } from './src/index.ts';\n${program}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 15_000 });
  return stdout.trim();
}

describe('A Node process', function () {
  this.timeout(20_000);

  it('is kept alive by ready and by delayed tasks, as by any timer, and by nothing after them', async () => {
    const output = await outputOf(`
      const pool = new ThreadPool();
      const runner = pool.createSequencedTaskRunner();
      pool.schedule(() => console.log('ready'));
      runner.postDelayedTask(() => console.log('delayed'), 30);
      const debounced = runner.schedule(() => console.log('never'), 60_000);
      runner.schedule(() => debounced.unsubscribe(), 40);
      runner.postDelayedTask(() => console.log('not in this life'), Infinity);
    `);
    expect(output.split('\n')).to.deep.equal(['ready', 'delayed']);
  });

  it('is kept alive by a task that waits for its rate limit, and by no hold', async () => {
    const output = await outputOf(`
      const { hold, rateLimit } = await import('./src/index.ts');
      const limited = new ThreadPool({ rate: rateLimit({ starts: 1, per: 50 }) });
      const held = new ThreadPool();
      hold(held);
      for (const name of ['first', 'second']) limited.postTask(() => console.log(name));
      held.postTask(() => console.log('never'));
    `);
    expect(output.split('\n')).to.deep.equal(['first', 'second']);
  });

  it('is not kept alive by a rate limit once all have left who wait for it and do so', async () => {
    const output = await outputOf(`
      const { rateLimit } = await import('./src/index.ts');
      const rate = rateLimit({ starts: 1, per: 60_000 });
      const pool = new ThreadPool();
      const [idle, busy] = [false, true].map((keepAlive) => pool.createSequencedTaskRunner({ rate, keepAlive }));
      await busy.postTask(() => console.log('first'));
      idle.postTask(() => console.log('not in this life'));
      const handle = busy.postTask(() => console.log('never'));
      setTimeout(() => handle.cancel(), 20);
    `);
    expect(output).to.equal('first');
  });

  for (const make of ['createFrameTaskRunner', 'createIdleTaskRunner']) {
    it(`is kept alive by the tasks of ${make}(), as by those of any runner, and by nothing after them`, async () => {
      const output = await outputOf(`
        const { ${make} } = await import('./src/index.ts');
        const [idle, busy] = [false, true].map((keepAlive) => ${make}({ keepAlive }));
        idle.schedule(() => console.log('in time'));
        busy.schedule(() => console.log('ready'));
        await busy.postTask((context) => context.sleep(30));
        idle.schedule(() => console.log('not in this life'), 60_000);
      `);
      expect(output.split('\n')).to.deep.equal(['in time', 'ready']);
    });
  }

  it('is not kept alive by debug mode, though a task holds up others', async () => {
    const output = await outputOf(`
      const { enableDebugMode } = await import('./src/index.ts');
      enableDebugMode({ heldFor: 60_000 });
      const runner = new ThreadPool().createSequencedTaskRunner();
      runner.postTask(() => new Promise(() => console.log('pending')));
      runner.postTask(() => console.log('never'));
    `);
    expect(output).to.equal('pending');
  });

  it('is not kept alive by an idle pool, nor by tasks of a runner whose traits say keepAlive: false', async () => {
    const output = await outputOf(`
      const pool = new ThreadPool();
      const quiet = pool.createSequencedTaskRunner({ keepAlive: false });
      quiet.schedule(() => console.log('ready'));
      quiet.schedule(() => console.log('delayed'), 60_000);
      quiet.postDelayedTask(() => console.log('task'), 60_000);
      console.log('end of the script');
    `);
    // Whether what is ready still comes depends on what else Node has to do before it ends.
    expect(output.replace(/\nready$/, '')).to.equal('end of the script');
  });

  it('runs quiet tasks all the same while something else keeps it alive', async () => {
    const output = await outputOf(`
      const pool = new ThreadPool();
      const quiet = pool.createSequencedTaskRunner({ keepAlive: false });
      quiet.schedule(() => console.log('ready'));
      quiet.schedule(() => console.log('delayed'), 5);
      pool.schedule(() => console.log('loud'), 50);
    `);
    expect(output.split('\n')).to.deep.equal(['ready', 'delayed', 'loud']);
  });

  it('is not kept alive by a pending promise, nor by what waits behind it', async () => {
    const output = await outputOf(`
      const pool = new ThreadPool({ workers: 1 });
      const runner = pool.createSequencedTaskRunner();
      runner.postTask(() => {
        console.log('pending');
        return new Promise(() => {});
      });
      runner.schedule(() => console.log('behind it'));
      pool.postTask(() => console.log('waits for a worker'));
    `);
    expect(output).to.equal('pending');
  });

  it('is not kept alive by what is held, until it is released', async () => {
    const output = await outputOf(`
      const { hold } = await import('./src/index.ts');
      const pool = new ThreadPool();
      const [held, released] = [0, 1].map(() => pool.createSequencedTaskRunner());
      hold(held);
      held.postTask(() => console.log('never'));
      const paused = hold(released);
      released.postTask(() => console.log('released'));
      setTimeout(() => paused.unsubscribe(), 20);
    `);
    expect(output).to.equal('released');
  });

  it('is kept alive by what waits for a rate limit, unless its traits say keepAlive: false', async () => {
    const output = await outputOf(`
      const { rateLimit } = await import('./src/index.ts');
      const pool = new ThreadPool();
      for (const keepAlive of [true, false]) {
        const rate = rateLimit({ starts: 1, per: keepAlive ? 20 : 60_000 });
        const runner = pool.createSequencedTaskRunner({ rate, keepAlive });
        for (const nth of ['first', 'second']) runner.postTask(() => console.log(keepAlive, nth));
      }
    `);
    expect(output.split('\n')).to.deep.equal(['true first', 'false first', 'true second']);
  });

  it('is kept alive by what a promise has held up once that is settled, although a quiet wake-up is under way', async () => {
    const output = await outputOf(`
      const pool = new ThreadPool();
      const runner = pool.createSequencedTaskRunner();
      const quiet = pool.createSequencedTaskRunner({ keepAlive: false });
      let settle;
      runner.postTask(() => new Promise((resolve) => (settle = resolve)));
      runner.schedule(() => console.log('behind it'));
      setTimeout(() => {
        quiet.schedule(() => {});
        settle();
      }, 20);
    `);
    expect(output).to.equal('behind it');
  });
});
