import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { Keeper } from '../visitor/keeper.ts';
import { VisitorStorage } from '../visitor/storage.ts';

it('what is booked for this moment while the alarm rings is armed for a later one: the platform would take it for the one that rings', async () => {
  const armed: number[] = [];
  await runInDurableObject(env.VISITOR.getByName(`keeper/${crypto.randomUUID()}`), async (_visitor, { storage }) => {
    const keeper = new Keeper(new VisitorStorage(storage.sql), async (at) => {
      armed.push(at);
    });
    const now = Date.now();
    keeper.change({ name: 'shop/d/visitor' });
    keeper.book('letters', now);
    await keeper.save();
    await keeper.ring(now, async (name) => {
      keeper.book(name, null);
      keeper.book('decide', now);
    });
    expect(armed).toHaveLength(2);
    expect(armed[1]).toBeGreaterThan(now);
  });
});
