import { existsSync } from 'node:fs';
import { run } from './run.ts';

const phpPath = process.env['PHP_PATH'] ?? '/usr/bin/php';

/** Installs Debian's PHP where it is missing and we may; otherwise says what to do. */
export async function ensurePhp(): Promise<void> {
  if (existsSync(phpPath)) return;
  const root = process.getuid?.() === 0;
  if (root && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], env);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'php-cli'], env);
  }
  if (existsSync(phpPath)) return;
  console.error(
    'The tests of the WooCommerce plugin need PHP. On Debian: sudo apt-get install php-cli. Elsewhere set PHP_PATH to its binary.',
  );
  process.exit(1);
}
