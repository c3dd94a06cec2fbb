// `pnpm test`: checks, then every test, then the dry run of the deployment. Ends with one line that counts them all.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ensureChromium } from './chromium.ts';
import { capture, run } from './run.ts';

const counts = { passed: 0, failed: 0 };

function count(code: number): void {
  if (code === 0) counts.passed += 1;
  else counts.failed += 1;
}

async function runTests(): Promise<void> {
  const report = join(mkdtempSync(join(tmpdir(), 'winback-test-')), 'report.json');
  const code = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const totals = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });
  const seen = existsSync(report) ? totals.parse(JSON.parse(readFileSync(report, 'utf8'))) : null;
  counts.passed += seen?.numPassedTests ?? 0;
  counts.failed += seen?.numFailedTests ?? 0;
  // A file that could not be loaded fails no test: it must still fail the run.
  if (code !== 0 && (seen === null || seen.numFailedTests === 0)) counts.failed += 1;
}

async function dryRunDeploys(): Promise<void> {
  if (!existsSync('wrangler.toml')) return;
  const out = mkdtempSync(join(tmpdir(), 'winback-dry-'));
  const { code, output } = await capture('wrangler', ['deploy', '--dry-run', '--outdir', out], {
    WRANGLER_SEND_METRICS: 'false',
  });
  if (code !== 0) console.error(`the Worker would not deploy\n${output}`);
  count(code);
}

await ensureChromium();
count(await run('node', ['scripts/check.ts']));
await runTests();
await dryRunDeploys();
console.info(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
