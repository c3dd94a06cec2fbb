// Small scripts for every browser that still gets updates: what every page loads, and what few pages load: the form, blocks of
// recommendations.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const folder = import.meta.dirname;
/** `wanted` is printed, `gate` ends the build; bytes of brotli, without the shop's settings. */
const scripts = [
  { name: 't.js', entry: 'src/index.ts', wantedBytes: 3_072, gateBytes: 3_400 },
  { name: 'form.js', entry: 'src/form/index.ts', wantedBytes: 6_144, gateBytes: 6_144 },
  { name: 'v3.js', entry: 'src/personaclick/index.ts', wantedBytes: 4_096, gateBytes: 5_120 },
  { name: 'block.js', entry: 'src/block/index.ts', wantedBytes: 1_536, gateBytes: 2_048 },
  { name: 'loader.js', entry: 'src/loader/index.ts', wantedBytes: 300, gateBytes: 512 },
] as const;

mkdirSync(join(folder, 'dist'), { recursive: true });
const sizes: Record<string, number> = {};
for (const { name, entry, wantedBytes, gateBytes } of scripts) {
  const outfile = join(folder, 'dist', name);
  await build({
    entryPoints: [join(folder, entry)],
    outfile,
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2020', 'chrome91', 'firefox90', 'safari15'],
    legalComments: 'none',
    tsconfigRaw: '{}',
  });
  const bytes = brotliCompressSync(readFileSync(outfile)).byteLength;
  sizes[name] = bytes;
  console.info(`${name}: ${bytes} bytes brotli, ${wantedBytes} wanted`);
  if (bytes > gateBytes) throw new Error(`${name} is ${bytes} bytes brotli; at most ${gateBytes}`);
}
writeFileSync(join(folder, 'dist/size.json'), JSON.stringify(sizes));
