// What is known of one person, as a file, and who asked for theirs (GDPR, article 15; Shopify's `customers/data_request`).
import { addressesOf, keptOfPerson } from '@winback/db';
import type { DataRequests, PersonExport, PersonId, ShopId, VisitorId } from '@winback/domain';
import { dataRequestsSchema, deviceName, homeName, personExportSchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

const mostBrowsers = 50;

export const dataRequests = new Hono<ShopEnv>()
  .get(
    '/data-requests',
    answers('Who asked for their data and was not answered yet.', dataRequestsSchema),
    async (c) => {
      return c.json({ requests: await openRequests(c.env, c.var.shop) });
    },
  )
  .delete('/data-requests/:person', answers('The person has been answered.', dataRequestsSchema), async (c) => {
    await c.env.SHOP.getByName(c.var.shop).dataRequestEnded({ person: c.req.param('person') });
    return c.json({ requests: await openRequests(c.env, c.var.shop) });
  })
  .get(
    '/subscribers/:id/export',
    answers('Everything that is kept of a person, as a file; raw events are not in it.', personExportSchema),
    async (c) => {
      const { shop, record } = c.var;
      const person = c.req.param('id') as PersonId;
      const kept = await keptOfPerson(databaseOf(c.env), shop, person);
      if (!kept)
        return refused(c, 404, { code: 'no-such-subscriber', message: 'there is no such subscriber in this shop' });
      const browsers = kept.browsers
        .slice(0, mostBrowsers)
        .map(({ visitor }) => deviceName(shop, visitor as VisitorId));
      const memory = await Promise.all(
        [homeName(shop, person), ...browsers].map(async (of) => ({
          of,
          ...(JSON.parse(await c.env.VISITOR.getByName(of).kept()) as Omit<PersonExport['memory'][number], 'of'>),
        })),
      );
      const about = { exportedAt: new Date().toISOString(), shop: { id: shop, name: record.settings.name } };
      const body: PersonExport = { ...about, ...kept, memory };
      return new Response(JSON.stringify(body, null, 2), {
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-disposition': `attachment; filename="person-${person.replace(/[^A-Za-z0-9_-]/g, '')}.json"`,
          'cache-control': 'no-store',
        },
      });
    },
  );

async function openRequests(env: Env, shop: ShopId): Promise<DataRequests['requests']> {
  const open = await env.SHOP.getByName(shop).dataRequests();
  const people = open.map(({ person }) => person);
  const emails = open.length > 0 ? await addressesOf(databaseOf(env), shop, people) : new Map<string, string>();
  return open.flatMap((request) => {
    const email = emails.get(request.person);
    return email === undefined ? [] : [{ ...request, email }];
  });
}
