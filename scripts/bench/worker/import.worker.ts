// Imports of a feed as the product's consumer runs them, and the floor below them: the same rows in bare batches.
import { importById, openD1, putShop, writeSettings } from '@winback/db';
import type { EmailAddress, ShopId, ShopSettings } from '@winback/domain';
import { feedGuards, scenarioDefaults, storefrontDefaults, voiceDefaults } from '@winback/domain';
import { Hono } from 'hono';
import { z } from 'zod';
import { importFeed } from '../../../workers/jobs/import-feed.ts';

z.config({ jitless: true });

interface Bindings {
  DB: D1Database;
  LAKE: R2Bucket;
}

const rowsOfPage = 2_500;
/** As large as the product’s own lists of rows. */
const rowsOfStatement = 330;
const leaseMs = 120_000;

export default new Hono<{ Bindings: Bindings }>()
  /** Makes a shop, or gives it another feed. */
  .post('/shop/:shop', async (c) => {
    const { feed } = z.object({ feed: z.url() }).parse(await c.req.json());
    const db = openD1(c.env.DB);
    const shop = c.req.param('shop') as ShopId;
    const settings = settingsWith(feed);
    await putShop(db, shop, settings, Date.now());
    await writeSettings(db, shop, settings);
    return c.json({ ok: true });
  })
  /** One run of the consumer. */
  .post('/shop/:shop/import/:import', async (c) => {
    const db = openD1(c.env.DB);
    const job = { shop: c.req.param('shop') as ShopId, import: c.req.param('import') };
    const deps = { db, lake: c.env.LAKE, now: Date.now, leaseMs, headers: async () => ({}) };
    const allow = [c.req.query('host') ?? ''];
    const outcome = await importFeed({ ...deps, allow, fetch: (input, init) => fetch(input, init) }, job);
    return c.json({ outcome, import: await importById(db, job.shop, job.import) });
  })
  /** A page of a shop's rows, as lists for `/bare` to write. */
  .get('/shop/:shop/rows', async (c) => {
    // What the database computes is not in this list, and cannot be written.
    const info = await c.env.DB.prepare("SELECT name FROM pragma_table_info('products')").all<{ name: string }>();
    const columns = info.results.map(({ name }) => name);
    const names = columns.map((name) => `"${name}"`).join(', ');
    const { results } = await c.env.DB.prepare(
      `SELECT ${names} FROM products WHERE shop = ? AND id > ? ORDER BY id LIMIT ?`,
    )
      .bind(c.req.param('shop'), c.req.query('after') ?? '', rowsOfPage)
      .all<Record<string, unknown>>();
    const values = results.map((row) => Object.values({ ...row, row: null, shop: c.req.query('to') }));
    const lists = Array.from({ length: Math.ceil(values.length / rowsOfStatement) }, (_, at) =>
      JSON.stringify(values.slice(at * rowsOfStatement, (at + 1) * rowsOfStatement)),
    );
    return c.json({ columns, lists, last: results.at(-1)?.['id'] ?? null });
  })
  .post('/bare', async (c) => {
    const { columns, lists } = z
      .object({ columns: z.array(z.string()), lists: z.array(z.string()) })
      .parse(await c.req.json());
    const picked = columns.map((_, at) => `value->>${at}`).join(', ');
    const names = columns.map((name) => `"${name}"`).join(', ');
    const insert = c.env.DB.prepare(`INSERT INTO products (${names}) SELECT ${picked} FROM json_each(?)`);
    await c.env.DB.batch(lists.map((list) => insert.bind(list)));
    return c.json({ ok: true });
  })
  .post('/received', async (c) => {
    await c.req.json();
    return c.json({ ok: true });
  })
  /** From now on every write of a row of products is noted, also where nothing of it is another. */
  .post('/watch', async (c) => {
    const watchers = ['INSERT', 'UPDATE', 'DELETE'].map((what) =>
      c.env.DB.prepare(
        `CREATE TRIGGER watch_${what} AFTER ${what} ON products BEGIN INSERT INTO product_writes VALUES (1); END`,
      ),
    );
    await c.env.DB.batch([c.env.DB.prepare('CREATE TABLE product_writes (row integer)'), ...watchers]);
    return c.json({ ok: true });
  })
  /** How many were noted; nothing is noted from now on. */
  .post('/watched', async (c) => {
    const [count] = await c.env.DB.batch<{ n: number }>([
      c.env.DB.prepare('SELECT count(*) AS n FROM product_writes'),
      ...['INSERT', 'UPDATE', 'DELETE'].map((what) => c.env.DB.prepare(`DROP TRIGGER watch_${what}`)),
      c.env.DB.prepare('DROP TABLE product_writes'),
    ]);
    return c.json({ rows: count?.results[0]?.n ?? 0 });
  });

function settingsWith(feed: string): ShopSettings {
  const address = 'letters@shop.example' as EmailAddress;
  return {
    name: 'Shop',
    url: 'https://shop.example',
    currency: 'RUB',
    timeZone: 'Europe/Berlin',
    language: 'en',
    sender: { name: 'Shop', address, postalAddress: 'Weg 1, 10115 Berlin' },
    brand: { color: '#1a6b7c', logoUrl: null },
    voice: voiceDefaults,
    ...storefrontDefaults,
    scenarios: scenarioDefaults,
    feed: { url: feed, everyMs: 3_600_000, guards: feedGuards },
  };
}
