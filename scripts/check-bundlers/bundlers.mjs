// Each bundler with the fewest options that a user gives: what to build, and whether for a browser or for Node. Each function
// resolves to its warnings. It is copied into the project in which the bundlers are installed.
import { rspack } from '@rspack/core';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { dirname, basename } from 'node:path';
import { promisify } from 'node:util';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';

/** webpack and rspack, which take the same configuration. */
const packWith =
  (pack) =>
  async ({ entry, platform, outfile, isPage = false }) => {
    const compiler = pack({
      mode: 'production',
      context: import.meta.dirname,
      entry,
      target: platform === 'node' ? 'node20' : ['web', 'es2022'],
      externals: isPage ? {} : { rxjs: 'module rxjs' },
      experiments: pack === webpack ? { outputModule: true } : {},
      performance: { hints: false },
      output: {
        path: dirname(outfile),
        filename: basename(outfile),
        module: true,
        ...(isPage ? {} : { library: { type: 'module' } }),
      },
    });
    const stats = await promisify(compiler.run.bind(compiler))();
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    await promisify(compiler.close.bind(compiler))();
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    return warnings.map(({ message }) => message);
  };

export const BUNDLERS = {
  esbuild: async ({ entry, platform, outfile }) => {
    const { warnings } = await esbuild({
      entryPoints: [entry],
      outfile,
      platform,
      bundle: true,
      minify: true,
      format: 'esm',
      external: ['rxjs'],
      logLevel: 'silent',
    });
    return warnings.map(({ text }) => text);
  },
  rollup: async ({ entry, platform, outfile }) => {
    const warnings = [];
    const bundle = await rollup({
      input: entry,
      external: ['rxjs'],
      plugins: [
        nodeResolve({ browser: platform === 'browser', exportConditions: platform === 'node' ? ['node'] : [] }),
      ],
      onwarn: ({ message }) => warnings.push(message),
    });
    await bundle.write({ file: outfile, format: 'es' });
    await bundle.close();
    return warnings;
  },
  webpack: packWith(webpack),
  rspack: packWith(rspack),
  vite: async ({ entry, platform, outfile }) => {
    const warnings = [];
    const note = (message) => warnings.push(message);
    await vite({
      root: import.meta.dirname,
      configFile: false,
      // The lines of progress ask for this one, and all messages go to the logger.
      logLevel: 'warn',
      ssr: { noExternal: ['rxjs-task-runner'] },
      customLogger: {
        info() {},
        clearScreen() {},
        hasErrorLogged: () => false,
        warn: note,
        warnOnce: note,
        error: note,
      },
      build: {
        outDir: dirname(outfile),
        emptyOutDir: false,
        ...(platform === 'node' ? { ssr: entry } : { lib: { entry, formats: ['es'], fileName: 'library' } }),
        rollupOptions: { external: ['rxjs'], output: { entryFileNames: basename(outfile) } },
      },
    });
    return warnings;
  },
};
