import { env } from 'cloudflare:workers';
import { listSubscribers, openLibsql, putShop } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { describe, expect, it } from 'vitest';
import { describeImports } from '../../packages/db/src/imports.suite.ts';
import { describeProducts } from '../../packages/db/src/products.suite.ts';
import { describeQueries } from '../../packages/db/src/queries.suite.ts';
import { databaseOf } from '../env.ts';
import { ask, newMerchant } from './merchant.ts';
import { letterAt, personOf } from './person.ts';
import { cart, cartLetters, identify, newVisitor, send, settingsOfShop, token } from './storefront.ts';

const authToken = String(env['LIBSQL_TOKEN']);

/** A database of its own on the same server. */
async function another() {
  return openLibsql({ url: new URL(`/${token()}/`, String(env['LIBSQL_URL'])).href, authToken });
}

describeQueries('libSQL over HTTP in workerd', another);
describeImports('libSQL over HTTP in workerd', another);
describeProducts('libSQL over HTTP in workerd', another);

describe('the Worker on libSQL', () => {
  it('takes a beacon, knows the person, plans their letter and shows them to their merchant, without D1', async () => {
    const merchant = await newMerchant({ scenarios: { abandoned_cart: cartLetters({ delayMs: 0 }) } });
    const browser = newVisitor();
    await send(merchant.shop, browser, cart('tent'));
    await send(merchant.shop, browser, identify('ann@mail.example'));
    const { rows } = await listSubscribers(databaseOf(env), merchant.shop, { limit: 5 });
    expect(rows).toMatchObject([{ email: 'ann@mail.example', consent: 'subscribed' }]);
    expect((await letterAt((await personOf(merchant.shop, 'ann@mail.example')).home)).state).toBe('waiting');
    expect(await ask(merchant, `/subscribers/${rows[0]?.id}`)).toMatchObject({
      status: 200,
      body: { cart: [{ product: 'tent' }] },
    });
    const tables = await env.DB.prepare(`SELECT name FROM sqlite_master WHERE name = 'subscribers'`).all();
    expect(tables.results).toEqual([]);
  });

  it('is refused by a server that does not know its token', async () => {
    const stranger = openLibsql({ url: String(env['LIBSQL_URL']), authToken: 'another-token' });
    await expect(putShop(stranger, 'shop-none' as ShopId, settingsOfShop(), 1)).rejects.toThrow();
  });
});
