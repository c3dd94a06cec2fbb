// What the Worker carries: the data layer's reader as one small script, beside the files that merchants download.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = import.meta.dirname;
mkdirSync(join(folder, 'dist'), { recursive: true });
await build({
  entryPoints: [join(folder, 'gtm/data-layer.ts')],
  outfile: join(folder, 'dist/datalayer.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2020', 'chrome88', 'firefox85', 'safari15'],
  legalComments: 'none',
});
