import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { Kept } from '../kept.ts';

const start = 1_800_000_000_000;

/** A database that answers when it is told to. */
function slowBooks() {
  const asked: ((value: string | null) => void)[] = [];
  const failing: ((error: Error) => void)[] = [];
  const read = () =>
    new Promise<string | null>((resolve, reject) => {
      asked.push(resolve);
      failing.push(reject);
    });
  return { asked, failing, read };
}

async function known(value: string | null): Promise<Kept<string>> {
  const kept = new Kept<string>();
  await kept.get(env, 'shop', start, () => Promise.resolve(value));
  return kept;
}

describe('What the database has, kept in an isolate,', () => {
  it('is read anew by one caller, while the others go on with what was known', async () => {
    const kept = await known('old');
    const { asked, read } = slowBooks();
    const first = kept.get(env, 'shop', start + 10_000, read);
    const others = Array.from({ length: 50 }, (_, at) => kept.get(env, 'shop', start + 10_000 + at, read));
    expect(await Promise.all(others)).toEqual(others.map(() => 'old'));
    asked[0]?.('new');
    expect(await first).toBe('new');
    expect(asked).toHaveLength(1);
    expect(await kept.get(env, 'shop', start + 10_100, read)).toBe('new');
  });

  it('is never older than 15 seconds', async () => {
    const kept = await known('old');
    const { asked, read } = slowBooks();
    void kept.get(env, 'shop', start + 14_990, read);
    const late = kept.get(env, 'shop', start + 15_000, read);
    asked[1]?.('new');
    expect(await late).toBe('new');
  });

  it('is read by another where the first reader does not come back', async () => {
    const kept = await known('old');
    const { asked, read } = slowBooks();
    void kept.get(env, 'shop', start + 10_000, read);
    const second = kept.get(env, 'shop', start + 12_000, read);
    asked[1]?.('new');
    expect(await second).toBe('new');
  });

  it('still serves where the database does not answer', async () => {
    const kept = await known('old');
    const { failing, read } = slowBooks();
    const asks = kept.get(env, 'shop', start + 60_000, read);
    failing[0]?.(new Error('no database'));
    expect(await asks).toBe('old');
  });

  it('is asked for again soon where there was nothing', async () => {
    const kept = await known(null);
    const { asked, read } = slowBooks();
    expect(await kept.get(env, 'shop', start + 1_999, read)).toBeNull();
    const again = kept.get(env, 'shop', start + 2_000, read);
    asked[0]?.('there');
    expect(await again).toBe('there');
  });

  it('says what went wrong where nothing was known', async () => {
    const kept = new Kept<string>();
    await expect(kept.get(env, 'shop', start, () => Promise.reject(new Error('no database')))).rejects.toThrow(
      'no database',
    );
  });
});
