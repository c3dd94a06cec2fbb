// What is known of a person: told with `profile/set`, asked with `profile`. A browser hears little: it may stand in a shop
// window. The shop's server hears all.
import { ordersOfPerson, profileOf } from '@winback/db';
import { majorOf } from '@winback/domain';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { databaseOf } from '../../env.ts';
import { answered, succeeded } from './answers.ts';
import type { WireCall, WireContext, WireEnv } from './call.ts';
import { callOf } from './call.ts';
import type { Behind } from './person.ts';
import { personBehind } from './person.ts';
import { profileIn } from './profile-fields.ts';
import { tell } from './push.ts';
import { whoIn } from './who.ts';

/** Fields of the original; what a shop adds is beside them. */
const ownFields: ReadonlySet<string> = new Set([
  ...[
    'external_id',
    'phone',
    'gender',
    'location',
    'first_name',
    'middle_name',
    'last_name',
    'age',
    'birthday',
    'kids',
    'auto',
  ],
  ...['loyalty_id', 'loyalty_card_location', 'loyalty_status', 'loyalty_bonuses', 'loyalty_bonuses_to_next_level'],
  ...['telegram_id', 'fb_id', 'vk_id', 'bought_something'],
]);

export const profile = new Hono<WireEnv>()
  .post('/profile/set', async (c) => {
    const call = await callOf(c);
    const who = await whoIn(c, call);
    await tell(c, call, who, profileIn(call.params));
    return succeeded(c);
  })
  .get('/profile', async (c, next) => {
    if (c.req.query('shop_id') === undefined) return next();
    const call = await callOf(c);
    const who = await whoIn(c, call);
    const behind = await personBehind(c.env, call.shop, who);
    if (!behind && who.vouched) throw new HTTPException(404, { message: 'Profile is not found' });
    return answered(c, behind ? await profileBody(c, call, behind, who.vouched ? 'server' : 'browser') : nobody);
  });

const nobody = {
  has_email: false,
  computed_gender: null,
  gender: null,
  bought_something: false,
  id: null,
  custom_properties: {},
};

async function profileBody(c: WireContext, { shop }: WireCall, behind: Behind, reader: 'server' | 'browser') {
  const db = databaseOf(c.env);
  const fields = await profileOf(db, shop, behind.person);
  const orders = await ordersOfPerson(db, shop, behind.person, { since: 0, limit: reader === 'server' ? 100 : 1 });
  const custom = Object.fromEntries(Object.entries(fields).filter(([name]) => !ownFields.has(name)));
  const open = {
    has_email: true,
    email_registered_at: new Date(behind.createdAt).toISOString(),
    computed_gender: null,
    gender: fields['gender'] ?? null,
    bought_something: orders.length > 0 || fields['bought_something'] === true,
    id: fields['external_id'] ?? null,
    custom_properties: custom,
  };
  if (reader === 'browser') return open;
  const own = Object.fromEntries(Object.entries(fields).filter(([name]) => ownFields.has(name)));
  return {
    ...own,
    ...open,
    email: behind.email,
    first_name: fields['first_name'] ?? behind.name,
    tags: [],
    additional_emails: [],
    additional_phones: [],
    orders: orders.map(({ id, total, status, items }) => ({
      id,
      value: majorOf(total),
      status: status ?? 'created',
      items: items.map(({ product, price, quantity }) => ({ id: product, price: price ?? null, quantity })),
    })),
  };
}
