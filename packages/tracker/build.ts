// One small script for every browser that still gets updates.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const folder = import.meta.dirname;
const gateBytes = 3_072;
const outfile = join(folder, 'dist/t.js');
mkdirSync(join(folder, 'dist'), { recursive: true });
await build({
  entryPoints: [join(folder, 'src/index.ts')],
  outfile,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2020', 'chrome88', 'firefox85', 'safari15'],
  legalComments: 'none',
});
const bytes = brotliCompressSync(readFileSync(outfile)).byteLength;
writeFileSync(join(folder, 'dist/size.json'), JSON.stringify({ brotli: bytes }));
if (bytes > gateBytes) throw new Error(`t.js is ${bytes} bytes brotli; at most ${gateBytes}`);
