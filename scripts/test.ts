// `pnpm test`: checks, then every test, then the dry run of the deployment. Ends with one line that counts them all.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { build } from './build.ts';
import { ensureChromium } from './chromium.ts';
import { ensureCompiler } from './compiler.ts';
import { ensureDkimpy } from './dkimpy.ts';
import { ensurePhp } from './php.ts';
import { capture, run } from './run.ts';
import { ensureSpamassassin } from './spamassassin.ts';
import { root } from './state.ts';

const counts = { passed: 0, failed: 0 };

function count(code: number): void {
  if (code === 0) counts.passed += 1;
  else counts.failed += 1;
}

/** Runs these projects; their own configurations say which of them stand beside nothing else. */
async function runTests(...projects: string[]): Promise<void> {
  const report = join(mkdtempSync(join(tmpdir(), 'winback-test-')), 'report.json');
  const only = projects.flatMap((project) => ['--project', project]);
  const code = await run('vitest', [
    'run',
    ...only,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const totals = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });
  const seen = existsSync(report) ? totals.parse(JSON.parse(readFileSync(report, 'utf8'))) : null;
  counts.passed += seen?.numPassedTests ?? 0;
  counts.failed += seen?.numFailedTests ?? 0;
  // A file that could not be loaded fails no test: it must still fail the run.
  if (code !== 0 && (seen === null || seen.numFailedTests === 0)) counts.failed += 1;
}

async function dryRun(what: string, args: readonly string[]): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'winback-dry-'));
  const quiet = { WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: out };
  const { code, output } = await capture('wrangler', ['deploy', '--dry-run', '--outdir', out, ...args], quiet);
  if (code !== 0) console.error(`${what} would not deploy\n${output}`);
  count(code);
}

await ensureChromium();
await ensureCompiler();
await ensurePhp();
await ensureSpamassassin();
await ensureDkimpy();
await build();
count(await run('node', ['scripts/check.ts']));
// Browsers mostly wait: the tests that compute go beside them, and what is killed has the machine to itself at the end.
await Promise.all([runTests('browser', 'tracker', 'kill'), runTests('node', 'workers', 'workers-libsql')]);
await dryRun('the Worker', []);
// Pages has no dry run: the same files, as the static assets that they are.
const dashboard = [
  '--name',
  'winback-dashboard',
  '--compatibility-date',
  '2026-11-01',
  '--assets',
  join(root, 'dashboard/build'),
];
await dryRun('the dashboard', [...dashboard, '--cwd', mkdtempSync(join(tmpdir(), 'winback-dry-'))]);
console.info(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
