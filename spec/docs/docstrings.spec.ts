import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..');
const CORE = 'rxjs-task-runner';

interface Example {
  /** The sources that it stands in, below src/. */
  readonly source: string;
  readonly line: number;
  readonly code: string;
}

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const entries = sources.filter((name) => /^(?:[\w-]+\/)?index\.ts$/.test(name)).map((name) => join(ROOT, 'src', name));
const examples = sources.flatMap((source) => examplesIn(source, readFileSync(join(ROOT, 'src', source), 'utf8')));

function examplesIn(source: string, text: string): Example[] {
  return [...text.matchAll(/^ *\* ```ts\n([^]*?)^ *\* ```$/gm)].map(({ 1: block = '', index }) => ({
    source,
    line: text.slice(0, index).split('\n').length + 1,
    code: block.replaceAll(/^ *\* ?/gm, ''),
  }));
}

function optionsOfProject(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
  // Names are imported whether they are of types or not, and an example may make what it does not use.
  return { ...options, verbatimModuleSyntax: false, isolatedModules: false, noUnusedLocals: false };
}

/** What a module exports, by the compiler's own account. */
function namesOf(program: ts.Program, file: string): string[] {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!);
  return checker.getExportsOfModule(module!).map(({ name }) => name);
}

/** An example as a module: its names are imported, and what it makes may be called as what is imported. */
function moduleOf(code: string, moduleByName: ReadonlyMap<string, string>): string {
  const imports = [...new Set(code.match(/[$\w]+/g))].flatMap((name) => {
    const module = moduleByName.get(name);
    return module === undefined ? [] : [`import { ${name} } from '${module}';`];
  });
  return `${imports.join(' ')} export async function example() {\n${code.replaceAll(/^export /gm, '')}\n}\n`;
}

/** Compiles all examples at once, with the names that are at hand in each. What is wrong, by the file of the sources. */
function compile(): Map<string, string[]> {
  const options = optionsOfProject();
  const surroundings = join(import.meta.dirname, 'surroundings.ts');
  const rxjs = join(ROOT, 'node_modules/rxjs/dist/types/index.d.ts');
  const parts = ts.createProgram([...entries, surroundings, rxjs], options);

  // Where several modules have a name, the last one wins.
  const moduleByName = new Map<string, string>();
  const know = (file: string, module: string): void => {
    for (const name of namesOf(parts, file)) moduleByName.set(name, module);
  };
  know(rxjs, 'rxjs');
  know(surroundings, '../spec/docs/surroundings.js');
  const nameOf = (entry: string): string => join(CORE, entry.slice(join(ROOT, 'src').length, -'/index.ts'.length));
  const isCore = (entry: string): boolean => nameOf(entry) === CORE;
  for (const entry of entries.filter((other) => !isCore(other))) know(entry, nameOf(entry));
  for (const entry of entries.filter(isCore)) know(entry, nameOf(entry));

  const texts = new Map(
    examples.map(({ code }, n) => [join(ROOT, 'examples', `${n}.ts`), moduleOf(code, moduleByName)]),
  );
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  const program = ts.createProgram([...texts.keys()], options, host, parts);

  const problems = new Map<string, string[]>();
  [...texts.keys()].forEach((path, n) => {
    const { source, line } = examples[n]!;
    const file = program.getSourceFile(path)!;
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    const told = found.map(({ start = 0, messageText }) => {
      const at = line + file.getLineAndCharacterOfPosition(start).line - 1;
      return `src/${source}:${at}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    problems.set(source, [...(problems.get(source) ?? []), ...told]);
  });
  return problems;
}

describe('The examples in docstrings', () => {
  let problems: Map<string, string[]>;

  before(function () {
    this.timeout(60_000);
    problems = compile();
  });

  it('are found: there are more than 60', () => {
    expect(examples).to.have.lengthOf.above(60);
  });

  for (const source of new Set(examples.map((example) => example.source))) {
    it(`compile with what the package exports: those of src/${source}`, () => {
      expect(problems.get(source)).to.deep.equal([]);
    });
  }
});
