// Where products come from: the address and how it is asked, the guards, the imports.
import type { FeedAccess } from '@winback/db';
import {
  feedAccess,
  forgetFeedFailures,
  lastImports,
  problemKindsOf,
  problemsOfImport,
  productCounts,
  writeSettings,
} from '@winback/db';
import type { ErrorBody, Feed, FeedImport, FeedPatch, ShopSettings } from '@winback/domain';
import { feedPatchSchema, feedSchema, feedTestAskSchema, feedTestSchema, importStartedSchema } from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import { credentialsFor, keepCredentials } from '../feed-access.ts';
import { takeGivenFeed } from '../given-feed.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import { changedCredentials, credentialsForTest } from './feed-credentials.ts';
import { feedImports, problemGroups } from './feed-imports.ts';
import { testFeed } from './feed-test.ts';

type ShopContext = Context<ShopEnv>;

const shownImports = 20;
const noFeed: ErrorBody = { code: 'no-feed', message: 'set the feed’s address first' };

export const feed = new Hono<ShopEnv>()
  .get('/feed', answers('The feed: its address, its imports, and the last one’s problems.', feedSchema), async (c) =>
    c.json(await feedOf(c)),
  )
  .patch(
    '/feed',
    answers(
      'Changes how the feed is read; what is absent stays. Another address or password is imported at once.',
      importStartedSchema,
    ),
    takes('json', feedPatchSchema),
    async (c) => {
      const wrong = await changeFeed(c, c.req.valid('json'));
      return wrong ? refused(c, 400, wrong) : c.json({ import: await importChanged(c, c.req.valid('json')) });
    },
  )
  .post('/feed/import', answers('Imports the feed now.', importStartedSchema), async (c) => {
    const { shop, record } = c.var;
    if (record.settings.feed.url === null) return refused(c, 409, noFeed);
    return c.json(await c.env.SHOP.getByName(shop).importNow({ shop }));
  })
  .post(
    '/feed/resume',
    answers('Ends the rest after failures and imports the feed.', importStartedSchema),
    async (c) => {
      const { shop, record } = c.var;
      if (record.settings.feed.url === null) return refused(c, 409, noFeed);
      await forgetFeedFailures(databaseOf(c.env), shop);
      return c.json(await c.env.SHOP.getByName(shop).importNow({ shop }));
    },
  )
  .post('/feed/upload', answers('Imports a file: the body is the feed itself.', importStartedSchema), async (c) => {
    const taken = await takeGivenFeed(c.env, c.var.shop, c.req.raw, { origin: 'upload' });
    return taken.ok ? c.json(taken.value) : refused(c, taken.because.status, taken.because.body);
  })
  .post(
    '/feed/test',
    answers('Reads a feed and changes nothing: what is in it, and what is wrong with it.', feedTestSchema),
    takes('json', feedTestAskSchema),
    async (c) => {
      const { shop, record } = c.var;
      const ask = c.req.valid('json');
      const credentials = await credentialsForTest(c.env, shop, ask);
      return c.json(await testFeed(c.env, { shop, settings: record.settings, url: ask.url, credentials }));
    },
  )
  .route('/', feedImports);

async function feedOf(c: ShopContext): Promise<Feed> {
  const db = databaseOf(c.env);
  const { shop, record } = c.var;
  const { url, everyMs, guards } = record.settings.feed;
  const [imports, schedule, counts, access, credentials] = await Promise.all([
    lastImports(db, shop, shownImports),
    c.env.SHOP.getByName(shop).schedule(),
    productCounts(db, shop),
    feedAccess(db, shop),
    url === null ? null : credentialsFor(c.env, shop, url),
  ]);
  const { userName, failures, pausedAt } = access;
  return {
    url,
    everyMs,
    guards,
    userName,
    hasPassword: credentials !== null,
    failures,
    pausedAt,
    nextAt: pausedAt === null ? schedule.feedAt : null,
    notice: noticeOf(imports, counts, access),
    imports,
    problems: await lastProblems(c, imports),
  };
}

async function lastProblems(c: ShopContext, imports: readonly FeedImport[]): Promise<Feed['problems']> {
  const told = imports.find(({ state }) => state !== 'queued' && state !== 'running' && state !== 'unchanged');
  if (!told) return [];
  const db = databaseOf(c.env);
  const [kinds, samples] = await Promise.all([
    problemKindsOf(db, c.var.shop, told.id),
    problemsOfImport(db, c.var.shop, told.id, 1_000),
  ]);
  return problemGroups(kinds, samples);
}

/** Writes the settings and the credentials; answers what is wrong with them. */
async function changeFeed(c: ShopContext, patch: FeedPatch): Promise<ErrorBody | null> {
  const { shop, record } = c.var;
  const feedNow = nextFeed(record.settings, patch);
  const credentials = await changedCredentials(c.env, shop, {
    before: record.settings.feed.url,
    after: feedNow.url,
    patch,
  });
  if (!credentials.ok) return credentials.because;
  if (credentials.value !== 'same') await keepCredentials(c.env, shop, credentials.value);
  await writeSettings(databaseOf(c.env), shop, { ...record.settings, feed: feedNow });
  return null;
}

function nextFeed({ feed: before }: ShopSettings, { url, everyMs, guards }: FeedPatch): ShopSettings['feed'] {
  return {
    url: url === undefined ? before.url : url,
    everyMs: everyMs ?? before.everyMs,
    guards: guards ?? before.guards,
  };
}

/** The import that another address or password asks for: also where one is running, which began with the old ones. */
async function importChanged(c: ShopContext, patch: FeedPatch): Promise<string | null> {
  const { shop, record } = c.var;
  const { url } = nextFeed(record.settings, patch);
  const isOther = url !== record.settings.feed.url || patch.userName !== undefined || patch.password !== undefined;
  const stub = c.env.SHOP.getByName(shop);
  if (isOther) await forgetFeedFailures(databaseOf(c.env), shop);
  if (url !== null && isOther) return (await stub.importNow({ shop, whileRunning: 'queue' })).import;
  await stub.rescheduleFeed({ shop });
  return null;
}

function noticeOf(
  imports: readonly FeedImport[],
  counts: { all: number; inStock: number },
  { pausedAt, failures }: FeedAccess,
): string {
  const last = imports.find(({ state }) => state !== 'queued' && state !== 'running' && state !== 'stopped');
  const stock = `${counts.inStock} of ${counts.all} products are in stock`;
  if (!last)
    return imports.some((one) => one.state === 'running')
      ? 'The first import is running.'
      : 'No feed was imported yet.';
  if (last.state === 'waiting') return `An import waits for your word. The last good catalogue stays: ${stock}.`;
  if (last.state === 'failed') {
    const rest = pausedAt === null ? '' : ` After ${failures} failures in a row it is not read any more.`;
    return `${sentence(last.message ?? 'not imported')}${rest} The last good catalogue stays: ${stock}.`;
  }
  if (last.state === 'unchanged') return `The feed has not changed since it was last imported: ${stock}.`;
  const problems = last.problems === 0 ? 'no problems' : `${last.problems} problem${last.problems === 1 ? '' : 's'}`;
  const words = last.origin === 'api' ? 'Your shop’s system sent' : 'Imported';
  return `${words} ${last.offers} offers, ${problems}: ${stock}.`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
