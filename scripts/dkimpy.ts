import { run } from './run.ts';

/** Installs Debian's dkimpy, an independent verifier of DKIM, where it is missing and we may; otherwise says what to do. */
export async function ensureDkimpy(): Promise<void> {
  if (await isThere()) return;
  if (process.getuid?.() === 0) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], env);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'python3-dkim'], env);
  }
  if (await isThere()) return;
  console.error('The tests of signatures need dkimpy. On Debian: sudo apt-get install python3-dkim.');
  process.exit(1);
}

async function isThere(): Promise<boolean> {
  return (await run('/usr/bin/python3', ['-c', 'import dkim'])) === 0;
}
