import { existsSync } from 'node:fs';
import { run } from './run.ts';

const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Installs Debian's Chromium where it is missing and we may; otherwise says what to do. */
export async function ensureChromium(): Promise<void> {
  if (existsSync(chromiumPath)) return;
  const root = process.getuid?.() === 0;
  if (root && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], env);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], env);
  }
  if (existsSync(chromiumPath)) return;
  console.error(
    'The browser tests need Chromium. On Debian: sudo apt-get install chromium. Elsewhere set CHROMIUM_PATH to its binary.',
  );
  process.exit(1);
}
