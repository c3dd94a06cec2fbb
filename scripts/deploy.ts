// `pnpm deploy:all`: builds, brings the database up to date, deploys the Worker and then the dashboard to Pages.
// `docs/operate.md` says what has to be made once before.
import { build } from './build.ts';
import { run } from './run.ts';
import { root } from './state.ts';

process.chdir(root);
await build();
const steps: [string, string[]][] = [
  ['wrangler', ['d1', 'migrations', 'apply', 'winback', '--remote']],
  ['wrangler', ['deploy']],
  ['wrangler', ['pages', 'deploy', '--cwd', 'dashboard']],
];
for (const [command, args] of steps) {
  const code = await run(command, args);
  if (code !== 0) process.exit(code);
}
