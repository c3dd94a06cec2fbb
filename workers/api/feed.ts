// Where products come from: the address, the imports, and each problem by its line.
import { lastImports, problemsOfImport, productCounts, writeSettings } from '@winback/db';
import type { Feed, FeedImport, FeedProblem, ProblemGroup } from '@winback/domain';
import { feedPatchSchema, feedSchema } from '@winback/domain';
import { Hono } from 'hono';
import { z } from 'zod';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

const startedSchema = z.object({ import: z.string() });

export const feed = new Hono<ShopEnv>()
  .get('/feed', answers('The feed: its address, its imports, and the last one’s problems.', feedSchema), async (c) => {
    const db = databaseOf(c.env);
    const { shop, record } = c.var;
    const [imports, schedule, counts] = await Promise.all([
      lastImports(db, shop, 20),
      c.env.SHOP.getByName(shop).schedule(),
      productCounts(db, shop),
    ]);
    const told = imports.find((one) => one.state !== 'running' && one.state !== 'unchanged');
    const problems = told ? grouped(await problemsOfImport(db, shop, told.id, 200)) : [];
    const { url, everyMs, guards } = record.settings.feed;
    const access = { userName: null, hasPassword: false, failures: 0, pausedAt: null };
    const notice = noticeOf(imports, counts);
    const body: Feed = { url, everyMs, guards, ...access, nextAt: schedule.feedAt, notice, imports, problems };
    return c.json(body);
  })
  .patch(
    '/feed',
    answers('Sets the feed’s address and imports it.', startedSchema),
    takes('json', feedPatchSchema),
    async (c) => {
      const { shop, record } = c.var;
      await writeSettings(databaseOf(c.env), shop, {
        ...record.settings,
        feed: { ...record.settings.feed, url: c.req.valid('json').url ?? null },
      });
      return c.json(await c.env.SHOP.getByName(shop).importNow({ shop }));
    },
  )
  .post('/feed/import', answers('Imports the feed now.', startedSchema), async (c) => {
    const { shop, record } = c.var;
    if (record.settings.feed.url === null)
      return refused(c, 409, { code: 'no-feed', message: 'set the feed’s address first' });
    return c.json(await c.env.SHOP.getByName(shop).importNow({ shop }));
  });

function grouped(problems: readonly FeedProblem[]): ProblemGroup[] {
  const kinds = Map.groupBy(problems, ({ kind }) => kind);
  return [...kinds].map(([kind, samples]) => ({ kind, count: samples.length, samples }));
}

function noticeOf(imports: readonly FeedImport[], counts: { all: number; inStock: number }): string {
  const last = imports.find((one) => one.state !== 'running');
  const stock = `${counts.inStock} of ${counts.all} products are in stock`;
  if (!last) return imports.length > 0 ? 'The first import is running.' : 'No feed was imported yet.';
  if (last.state === 'failed')
    return `${sentence(last.message ?? 'not imported')} The last good catalogue stays: ${stock}.`;
  if (last.state === 'unchanged') return `The feed has not changed since it was last imported: ${stock}.`;
  const problems = last.problems === 0 ? 'no problems' : `${last.problems} problem${last.problems === 1 ? '' : 's'}`;
  const words = last.origin === 'api' ? 'Your shop’s system sent' : 'Imported';
  return `${words} ${last.offers} offers, ${problems}: ${stock}.`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
