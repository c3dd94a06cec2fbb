// `pnpm generate`: writes the next migration from the schema and notes its hash. Migrations are only ever added.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import { root } from './state.ts';

process.chdir(root);
const name = process.argv[2];
const code = await run('drizzle-kit', ['generate', ...(name ? ['--name', name] : [])]);
if (code === 0) {
  const files = readdirSync('migrations')
    .filter((file) => file.endsWith('.sql'))
    .sort();
  const hashes = Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join('migrations', file)))
        .digest('hex'),
    ]),
  );
  writeFileSync('migrations/hashes.json', `${JSON.stringify(hashes, null, 2)}\n`);
}
process.exitCode = code;
