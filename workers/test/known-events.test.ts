import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import type { BeaconEvent, ShopId, VisitorId } from '@winback/domain';
import { deviceName, eventSchema } from '@winback/domain';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { marksWith } from '../visitor/known-events.ts';
import { emptyD1 } from './database.ts';
import { memoryAt, stopClock } from './person.ts';
import { beacon, event, hour, newShop, newVisitor, post, token, visitorAt } from './storefront.ts';

let shop: ShopId;
let browser: VisitorId;
let name: string;

beforeAll(async () => {
  await emptyD1();
  shop = await newShop();
});
beforeEach(() => {
  stopClock();
  browser = newVisitor();
  name = deviceName(shop, browser);
});
afterEach(() => {
  vi.useRealTimers();
});

/** Posts looks with these ids in one beacon; answers how many were new. */
async function looks(...ids: string[]): Promise<number | undefined> {
  const answer = await post(beacon(shop, browser, ...ids.map((id) => event({ id }))));
  expect(answer.status).toBe(202);
  return answer.body.accepted;
}

/** Changes what lies on disk, as if it had been written so; the object is loaded anew afterwards. */
async function rewrite(statement: string): Promise<void> {
  await runInDurableObject(visitorAt(name), (_instance, { storage }) => void storage.sql.exec(statement));
  await evictDurableObject(visitorAt(name));
}

/** Two ids that leave the same mark. */
function alike(): [string, string] {
  const known = new Map<string | null, string>();
  for (let n = 0; n < 1_000_000; n += 1) {
    const id = `event-${n}`;
    const mark = marksWith('', [id]);
    const other = known.get(mark);
    if (other !== undefined) return [other, id];
    known.set(mark, id);
  }
  throw new Error('no two ids are alike');
}

describe('an event that comes again', () => {
  it('is known in whatever company it comes, and whenever the object left the memory', async () => {
    const ids = fc.array(
      fc.nat({ max: 40 }).map((n) => `event-${1_000 + n}`),
      { minLength: 1, maxLength: 8 },
    );
    const act = fc.record({ ids, after: fc.constantFrom('stays', 'leaves', 'is confirmed') });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 40 }), async (acts) => {
        browser = newVisitor();
        name = deviceName(shop, browser);
        const known = new Set<string>();
        for (const { ids: sent, after } of acts) {
          const fresh = new Set(sent.filter((id) => !known.has(id)));
          expect(await looks(...sent)).toBe(fresh.size);
          for (const id of fresh) known.add(id);
          if (after === 'leaves') await evictDurableObject(visitorAt(name));
          if (after === 'is confirmed') await visitorAt(name).confirm({ upto: 1_000 });
        }
      }),
      { numRuns: 15 },
    );
  });

  it('is told from a new one that leaves the same mark', async () => {
    const [one, other] = alike();
    expect(await looks(one)).toBe(1);
    await evictDurableObject(visitorAt(name));
    expect([await looks(other), await looks(one), await looks(other)]).toEqual([1, 0, 0]);
  });

  it('is known to an object that was written before there were marks', async () => {
    await looks('event-0001', 'event-0002');
    await rewrite(`UPDATE memory SET value = json_remove(value, '$.marks', '$.behind')`);
    expect(await looks('event-0001', 'event-0003')).toBe(1);
    await evictDurableObject(visitorAt(name));
    expect(await looks('event-0002', 'event-0003')).toBe(0);
  });

  it('is known among more events than are worth a mark', async () => {
    const id = (n: number) => `event-${String(n).padStart(6, '0')}`;
    for (let n = 0; n < 4_050; n += 50)
      expect(await looks(...Array.from({ length: 50 }, (_, at) => id(n + at)))).toBe(50);
    expect((await memoryAt(name)).memory.marks).toBeNull();
    await evictDurableObject(visitorAt(name));
    expect(await looks(id(0), id(2_000), id(4_049), id(5_000))).toBe(1);
  });

  it('is new again when it is two days old and in the books; what the server told is known for a month', async () => {
    const told = event({ id: 'told-by-server' });
    const tell = () => {
      const events: BeaconEvent[] = [eventSchema.parse(told)];
      return visitorAt(name).record({ name, events, visit: { idleMs: hour, by: 'server' }, claim: null });
    };
    await tell();
    await looks('event-0001');
    vi.setSystemTime(Date.now() + 49 * hour);
    expect(await looks('event-0001', 'event-0002')).toBe(1);
    await visitorAt(name).confirm({ upto: 3 });
    expect((await memoryAt(name)).memory.marks).toBe(marksWith('', ['told-by-server', 'event-0002']));
    expect(await looks('event-0001', 'event-0002')).toBe(1);
    expect(await tell()).toMatchObject({ accepted: 0, repeated: 1 });
  });
});

describe('a new event', () => {
  it('is taken without a look at those that came before', async () => {
    const before = Array.from({ length: 25 }, () => `event-${token()}`);
    for (const id of before) await looks(id);
    // Whoever reads these fails.
    await rewrite(`UPDATE outbox SET body = 'no JSON' WHERE seq <= 20`);
    expect(await looks(`event-${token()}`)).toBe(1);
  });
});
