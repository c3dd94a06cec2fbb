// `pnpm check`: everything that needs no running product. Checks run side by side; each prints only when it fails.
import { existsSync } from 'node:fs';
import { build } from './build.ts';
import { capture } from './run.ts';

interface Check {
  name: string;
  command: string;
  args: string[];
  needs?: string;
}

const checks: Check[] = [
  { name: 'lint and format', command: 'biome', args: ['ci', '--error-on-warnings', '--colors=off', '.'] },
  { name: 'types of packages', command: 'tsc', args: ['-p', '.'] },
  { name: 'types of the Worker', command: 'tsc', args: ['-p', 'workers'], needs: 'workers/index.ts' },
  { name: 'types of the benchmarks', command: 'tsc', args: ['-p', 'scripts/bench/worker'] },
  {
    name: 'types of the tracker',
    command: 'tsc',
    args: ['-p', 'packages/tracker'],
    needs: 'packages/tracker/tsconfig.json',
  },
  { name: 'types of the data layer’s reader', command: 'tsc', args: ['-p', 'packages/connectors'] },
  {
    name: 'types of the dashboard',
    command: 'pnpm',
    args: ['--filter', '@winback/dashboard', 'check'],
    needs: 'dashboard/vite.config.ts',
  },
  { name: 'unused code', command: 'knip', args: ['--no-config-hints'] },
];

// The Worker's types need the storefront script that it carries.
await build();
const startedAt = Date.now();
const outcomes = await Promise.all(
  checks
    .filter((check) => check.needs === undefined || existsSync(check.needs))
    .map(async (check) => ({ check, ...(await capture(check.command, check.args)) })),
);
for (const { check, code, output } of outcomes) {
  if (code !== 0) console.error(`\n${check.name}: failed\n${output}`);
}
const failed = outcomes.filter((outcome) => outcome.code !== 0).length;
console.info(
  `check: ${outcomes.length - failed} passed, ${failed} failed, ${((Date.now() - startedAt) / 1000).toFixed(1)} s`,
);
process.exitCode = failed === 0 ? 0 : 1;
