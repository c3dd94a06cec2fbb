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
    name: 'dashboard',
    sources: ['dashboard', 'packages/domain/src', 'pnpm-lock.yaml'],
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

/** Puts the storefront's scripts into a module of the Worker, so that one deployment carries them. */
function carryTracker(): void {
  const scripts = {
    trackerScript: 't.js',
    formScript: 'form.js',
    blockScript: 'block.js',
    loaderScript: 'loader.js',
    personaclickScript: 'v3.js',
  };
  const lines = Object.entries(scripts).map(([name, file]) => {
    const script = readFileSync(join(root, 'packages/tracker/dist', file), 'utf8').trim();
    return `export const ${name} = ${JSON.stringify(script)};\n`;
  });
  const file = join(root, 'workers/ingest/tracker.gen.ts');
  const text = `// Built from packages/tracker; not edited by hand.\n${lines.join('')}`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

/** Everything the Worker needs beside its own source. */
export async function build(): Promise<void> {
  process.chdir(root);
  await Promise.all(parts.map(buildPart));
  carryTracker();
}

if (import.meta.main) await build();
