import { spawnSync } from 'node:child_process';
import { run } from './run.ts';

const compiler = process.env['CC'] ?? 'cc';

/** Installs Debian's C compiler where it is missing and we may; otherwise says what to do. */
export async function ensureCompiler(): Promise<void> {
  if (process.platform === 'linux' && isThere()) return;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], env).catch(() => 1);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'gcc', 'libc6-dev'], env).catch(() => 1);
  }
  if (process.platform === 'linux' && isThere()) return;
  console.error(
    'The tests that move the clock need Linux and a C compiler. On Debian: sudo apt-get install gcc libc6-dev. On another system run them in a container.',
  );
  process.exit(1);
}

function isThere(): boolean {
  return spawnSync(compiler, ['--version'], { stdio: 'ignore' }).status === 0;
}
