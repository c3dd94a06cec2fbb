// The clock of every process of a run, moved by the test: the product has no door for it and does not know.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bytes = 8;
const nanosInMs = 1_000_000n;

export class MovedClock {
  /** What a process needs in its environment to live by this clock. */
  readonly env: { LD_PRELOAD: string; WINBACK_CLOCK: string };
  readonly #folder: string;
  #movedMs = 0;

  /** Compiles the library; throws with the compiler's words where there is none, or no Linux. */
  constructor(startsAt: number) {
    this.#folder = mkdtempSync(join(tmpdir(), 'winback-clock-'));
    const library = join(this.#folder, 'moved-clock.so');
    const source = join(import.meta.dirname, 'moved-clock.c');
    execFileSync(process.env['CC'] ?? 'cc', [
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-shared',
      '-fPIC',
      '-o',
      library,
      source,
    ]);
    this.env = { LD_PRELOAD: library, WINBACK_CLOCK: join(this.#folder, 'moved') };
    this.moveTo(startsAt);
  }

  /** Milliseconds since 1970, as the product has them. */
  now(): number {
    return Date.now() + this.#movedMs;
  }

  /** Everywhere at once; what fell due meanwhile rings. Never backwards while the product runs: its timers would wait for ever. */
  moveTo(at: number): void {
    this.#movedMs = at - Date.now();
    const moved = Buffer.alloc(bytes);
    moved.writeBigInt64LE(BigInt(this.#movedMs) * nanosInMs);
    const file = openSync(this.env.WINBACK_CLOCK, 'a+');
    closeSync(file);
    const mapped = openSync(this.env.WINBACK_CLOCK, 'r+');
    writeSync(mapped, moved, 0, bytes, 0);
    closeSync(mapped);
  }

  pass(ms: number): void {
    this.moveTo(this.now() + ms);
  }

  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
