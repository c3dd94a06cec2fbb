// Makes a shop, its owner and its first letter. Authorised by a secret, and idempotent: `pnpm start` asks every time.
import { addMember, putShop } from '@winback/db';
import { user } from '@winback/db/schema';
import type { ErrorBody, Role, ShopId } from '@winback/domain';
import { newShopLaw, setupSchema, shopListSchema } from '@winback/domain';
import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import type { z } from 'zod';
import { answers, takes } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { makeAuth } from './auth.ts';

const refusal: ErrorBody = {
  code: 'wrong-token',
  message: 'send the setup token of this deployment: authorization: Bearer <SETUP_TOKEN>',
};
const refusals = {
  noAuthenticationHeader: { message: refusal },
  invalidAuthenticationHeader: { message: refusal },
  invalidToken: { message: refusal },
};

export const setup = new Hono<{ Bindings: Env }>().post(
  '/setup',
  (c, next) => bearerAuth<{ Bindings: Env }>({ token: settingsOf(c.env).SETUP_TOKEN, ...refusals })(c, next),
  answers('Makes a shop and its owner; what is there already stays as it is.', shopListSchema),
  takes('json', setupSchema),
  async (c) => {
    const { owner, shop } = c.req.valid('json');
    const id = shop.id as ShopId;
    const db = databaseOf(c.env);
    const now = Date.now();
    await putShop(db, id, { ...shop.settings, law: shop.settings.law ?? newShopLaw }, now);
    await addMember(db, id, await ownerOf(c.env, owner), 'owner', now);
    if (shop.settings.feed.url !== null) await c.env.SHOP.getByName(id).importIfNever({ shop: id });
    return c.json({ rows: [{ id, name: shop.settings.name, role: 'owner' satisfies Role }] });
  },
);

async function ownerOf(env: Env, owner: z.infer<typeof setupSchema>['owner']): Promise<string> {
  const email = owner.email.toLowerCase();
  const [known] = await databaseOf(env).select({ id: user.id }).from(user).where(eq(user.email, email)).limit(1);
  if (known) return known.id;
  const made = await makeAuth(env, 'open').api.signUpEmail({ body: { ...owner, email } });
  return made.user.id;
}
