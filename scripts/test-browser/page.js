// Runs in the page, after mocha and before the specs: hands each result to `window.tell`, as text.
const { mocha, Mocha } = globalThis;
const { Base } = Mocha.reporters;

mocha.setup({ ui: 'bdd', timeout: 60_000, reporter: class extends Base {} });
Base.useColors = false;

// Mocha hears of uncaught errors only. In Node a rejection that nobody handles is one.
globalThis.onunhandledrejection = (event) => {
  event.preventDefault();
  reportError(event.reason);
};

function textOf(error) {
  const { stack, message, actual, expected, showDiff } = error ?? {};
  const lines = [stack?.includes(message) ? stack : `${message ?? error}\n${stack ?? ''}`];
  if (showDiff !== false && expected !== undefined) {
    const [is, should] = [actual, expected].map((value) =>
      typeof value === 'string' ? value : Mocha.utils.stringify(value),
    );
    lines.push(Base.generateDiff(is, should));
  }
  return lines.join('\n');
}

addEventListener('load', () => {
  // What has failed may be a hook, whose title names its spec.
  const runner = mocha.run(() => window.tell('end'));
  runner.on('pass', (test) => window.tell('pass', test.fullTitle()));
  runner.on('fail', (test, error) => window.tell('fail', test.fullTitle(), textOf(error)));
  runner.on('pending', (test) => window.tell('fail', test.fullTitle(), 'It is pending.'));
});
