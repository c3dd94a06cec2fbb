import { existsSync } from 'node:fs';
import { run } from './run.ts';

const spamassassinPath = process.env['SPAMASSASSIN_PATH'] ?? '/usr/bin/spamassassin';

/** Installs Debian's SpamAssassin where it is missing and we may; otherwise says what to do. Its rules come with it: it asks nobody. */
export async function ensureSpamassassin(): Promise<void> {
  if (existsSync(spamassassinPath)) return;
  const root = process.getuid?.() === 0;
  if (root && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], env);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'spamassassin'], env);
  }
  if (existsSync(spamassassinPath)) return;
  console.error(
    'The tests of letters need SpamAssassin. On Debian: sudo apt-get install spamassassin. Elsewhere set SPAMASSASSIN_PATH to its binary.',
  );
  process.exit(1);
}
