// What every call needs and the database has, kept in this isolate for a while. When it grows old, one caller asks again and
// the others go on with what was known: hundreds that ask at once would wait in line for the same answer.
import type { Env } from './env.ts';

/** What was read is fresh for so long, and serves for as long again as `graceMs` while one caller reads it anew. */
const freshMs = 10_000;
const graceMs = 5_000;
const nothingMs = 2_000;
/** Who reads anew and dies on the way is followed by another after this. */
const readMs = 2_000;
const maxKept = 5_000;

interface Entry<Value> {
  value: Value | null;
  until: number;
  /** Until then somebody is reading it anew. */
  readingUntil: number;
}

export class Kept<Value> {
  readonly #byEnv = new WeakMap<Env, Map<string, Entry<Value>>>();

  /**
   * What `read` answers for this key, at most 15 seconds old; null: there is nothing, which is remembered for two. When it
   * cannot be read, what was known before still serves; throws what `read` throws where nothing was.
   */
  async get(env: Env, key: string, now: number, read: () => Promise<Value | null>): Promise<Value | null> {
    const known = this.#of(env).get(key);
    if (known && serves(known, now)) return known.value;
    if (known) known.readingUntil = now + readMs;
    try {
      return this.put(env, key, await read(), now);
    } catch (error) {
      if (known?.value) return known.value;
      throw error;
    }
  }

  put(env: Env, key: string, value: Value | null, now: number): Value | null {
    const entries = this.#of(env);
    if (entries.size >= maxKept) entries.clear();
    entries.set(key, { value, until: now + (value === null ? nothingMs : freshMs), readingUntil: 0 });
    return value;
  }

  /** What was read lately, however old. Asks nobody. */
  peek(env: Env, key: string): Value | null {
    return this.#of(env).get(key)?.value ?? null;
  }

  #of(env: Env): Map<string, Entry<Value>> {
    const known = this.#byEnv.get(env);
    if (known) return known;
    const made = new Map<string, Entry<Value>>();
    this.#byEnv.set(env, made);
    return made;
  }
}

function serves({ value, until, readingUntil }: Entry<unknown>, now: number): boolean {
  return now < until || (value !== null && now < readingUntil && now < until + graceMs);
}
