// Builds what the Worker carries: the storefront script and the dashboard. Only where their sources changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './run.ts';
import { root } from './state.ts';

const skipped = new Set(['node_modules', 'build', 'dist', '.svelte-kit', '.wrangler']);

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !skipped.has(name))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

function fingerprint(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of folders.flatMap((folder) => filesUnder(join(root, folder))))
    hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}

interface Part {
  name: string;
  sources: string[];
  result: string;
  command: [string, ...string[]];
}

const parts: Part[] = [
  {
    name: 'tracker',
    sources: ['packages/tracker/src', 'packages/tracker/build.ts', 'pnpm-lock.yaml'],
    result: 'packages/tracker/dist/size.json',
    command: ['node', 'packages/tracker/build.ts'],
  },
  {
    name: 'connectors',
    sources: ['packages/connectors/gtm', 'packages/connectors/build.ts'],
    result: 'packages/connectors/dist/datalayer.js',
    command: ['node', 'packages/connectors/build.ts'],
  },
  {
    name: 'dashboard',
    sources: ['dashboard', 'docs', 'packages/domain/src', 'pnpm-lock.yaml'],
    result: 'dashboard/build/index.html',
    command: ['pnpm', '--filter', '@winback/dashboard', 'build'],
  },
];

/** Builds one part if it is stale; throws with the tool's output when that fails. */
async function buildPart(part: Part): Promise<void> {
  const stampFile = join(root, 'node_modules', '.cache', 'winback', `${part.name}.sha256`);
  const stamp = fingerprint(part.sources);
  const fresh =
    existsSync(join(root, part.result)) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (fresh) return;
  const [command, ...args] = part.command;
  const { code, output } = await capture(command, args);
  if (code !== 0) throw new Error(`the ${part.name} could not be built\n${output}`);
  if (part.name === 'tracker') console.info(output.trim());
  mkdirSync(join(stampFile, '..'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

interface Carried {
  /** The module of the Worker. */
  module: string;
  /** Its exports, each with the file that it is the text of. */
  texts: Record<string, string>;
}

/** What the Worker carries in its own code, so that one deployment is all: scripts it serves, and files that merchants take. */
const carried: Carried[] = [
  {
    module: 'workers/ingest/tracker.gen.ts',
    texts: {
      trackerScript: 'packages/tracker/dist/t.js',
      formScript: 'packages/tracker/dist/form.js',
      blockScript: 'packages/tracker/dist/block.js',
      loaderScript: 'packages/tracker/dist/loader.js',
      personaclickScript: 'packages/tracker/dist/v3.js',
    },
  },
  {
    module: 'workers/connectors.gen.ts',
    texts: {
      dataLayerScript: 'packages/connectors/dist/datalayer.js',
      shopifyPixel: 'packages/connectors/shopify/pixel.js',
      wooCommercePlugin: 'packages/connectors/woocommerce/winback.php',
      gtmTemplate: 'packages/connectors/gtm/winback.tpl',
    },
  },
];

function carry({ module, texts }: Carried): void {
  const lines = Object.entries(texts).map(
    ([name, file]) => `export const ${name} = ${JSON.stringify(readFileSync(join(root, file), 'utf8').trim())};\n`,
  );
  const file = join(root, module);
  const text = `// Built by scripts/build.ts; not edited by hand.\n${lines.join('')}`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

/** Everything the Worker needs beside its own source. */
export async function build(): Promise<void> {
  process.chdir(root);
  await Promise.all(parts.map(buildPart));
  for (const one of carried) carry(one);
}

if (import.meta.main) await build();
