// Bundles a Worker as a deployment would, without deploying it. Refuses nothing: what wrangler refuses is thrown as it said it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../../run.ts';

export const compatibility = { date: '2026-11-01', flags: ['nodejs_compat'] };

/** Names under which an entry may import what it must not know by path. */
const alias = { 'the-product': join(import.meta.dirname, '../../../workers/index.ts') };

/** Answers the file of the bundle; `folder` is made where it is missing. Throws with wrangler's words. */
export async function bundleWorker(entry: string, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'wrangler.json');
  const settings = { compatibility_date: compatibility.date, compatibility_flags: compatibility.flags };
  writeFileSync(config, JSON.stringify({ name: 'winback', main: entry, ...settings, alias, send_metrics: false }));
  const out = join(folder, 'bundle');
  const { code, output } = await capture('wrangler', ['deploy', '--dry-run', '-c', config, '--outdir', out], {
    WRANGLER_LOG_PATH: join(folder, 'log'),
  });
  if (code !== 0) throw new Error(`the Worker ${entry} could not be bundled\n${output}`);
  return join(out, bundleName(entry));
}

/** wrangler names the bundle after its entry. */
function bundleName(entry: string): string {
  return `${(entry.split('/').at(-1) ?? entry).replace(/\.ts$/, '')}.js`;
}
