// The first page: what happens now, what it came to, what to do.
import { lastImports, listLetters, scenarioBooks } from '@winback/db';
import type { FeedImport, ShopSettings, Today } from '@winback/domain';
import { formatMoney, scenarioCodes, scenarioIn, scenarioNames, todaySchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import { databaseOf } from '../env.ts';
import { pulseOf } from '../pulse.ts';
import type { ShopFigures } from '../shop/answers.ts';
import type { ShopEnv } from './access.ts';
import { dayStart } from './day-start.ts';
import { earnedWords } from './earned-words.ts';

export const today = new Hono<ShopEnv>().get(
  '/today',
  answers('What happens in the shop now and today.', todaySchema),
  async (c) => {
    const now = Date.now();
    const { shop, record } = c.var;
    const db = databaseOf(c.env);
    const begin = dayStart(record.settings.timeZone, now);
    const { settings } = record;
    const [figures, live, letters, imports, earned, scenarios] = await Promise.all([
      c.env.SHOP.getByName(shop).figures({ now, dayStart: begin }),
      pulseOf(c.env, shop).here(now),
      listLetters(db, shop, { limit: 1 }),
      lastImports(db, shop, 20),
      earnedWords(c.env, shop, { settings, now, dayBegin: begin }),
      Promise.all(scenarioCodes.map(async (code) => ({ code, books: await scenarioBooks(db, shop, code, begin) }))),
    ]);
    const count = (books: Awaited<ReturnType<typeof scenarioBooks>>, state: string) =>
      books.filter((row) => row.state === state).reduce((sum, row) => sum + row.count, 0);
    const waiting = letters.counts.waiting + letters.counts.sending;
    const body: Today = {
      sentence: [sentenceOf(figures.today, waiting, settings), earned].filter(Boolean).join(' '),
      actions: actionsOf(figures, stateOfFeed(imports), record.settings, letters.counts),
      live: { visitors: live.visitors, openCarts: live.openCarts, lettersWaiting: waiting, recent: live.recent },
      figures: {
        revenue: { minor: figures.today.revenueMinor, currency: record.settings.currency },
        orders: figures.today.orders,
        views: figures.today.views,
        carts: figures.today.carts,
        lettersSent: figures.today.lettersSent,
      },
      hours: figures.hours,
      scenarios: scenarios.map(({ code, books }) => ({
        code,
        name: scenarioNames[code],
        on: scenarioIn(record.settings, code).on,
        waiting: count(books, 'waiting') + count(books, 'sending'),
        sent: count(books, 'sent'),
        suppressed: count(books, 'suppressed'),
      })),
      pulseAt: now,
    };
    return c.json(body);
  },
);

function sentenceOf(figures: ShopFigures['today'], waiting: number, settings: ShopSettings): string {
  const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
  const sold =
    figures.orders === 0
      ? 'No order yet today'
      : `${plural(figures.orders, 'order')} today, ${formatMoney({ minor: figures.revenueMinor, currency: settings.currency }, settings.language)}`;
  const wrote = figures.lettersSent === 0 ? 'no letter sent' : `${plural(figures.lettersSent, 'letter')} sent`;
  return `${sold}; ${wrote}${waiting > 0 ? `, ${waiting} on the way` : ''}.`;
}

/** How the last import went. Products that the shop's system sends do not hide a feed that failed. */
function stateOfFeed(imports: readonly FeedImport[]): string | null {
  return (imports.find((one) => one.origin === 'feed') ?? imports[0])?.state ?? null;
}

function actionsOf(
  figures: ShopFigures,
  lastImport: string | null,
  settings: ShopSettings,
  letters: Record<string, number>,
): Today['actions'] {
  const seen = Object.values(figures.events).reduce((sum, light) => sum + light.count, 0);
  const actions: Today['actions'] = [];
  if (seen === 0)
    actions.push({
      words: 'Put the snippet into your store',
      because: 'no event has come in yet, so no letter can be written',
      href: 'settings/install',
    });
  if (lastImport === null || lastImport === 'failed')
    actions.push({
      words: 'Look at the feed',
      because:
        lastImport === null
          ? 'letters show products of the feed, and none was imported yet'
          : 'the last import failed; letters still show the catalogue before it',
      href: 'catalogue/feed',
    });
  if (!settings.scenarios.abandoned_cart.on)
    actions.push({
      words: 'Switch on Abandoned Cart',
      because: 'carts that are left get no reminder',
      href: 'letters/scenarios/abandoned_cart',
    });
  if ((letters['failed'] ?? 0) + (letters['unknown'] ?? 0) > 0)
    actions.push({
      words: 'Look at letters that failed',
      because: 'the mail server refused them, or its answer was lost',
      href: 'letters/sent?state=failed',
    });
  return actions.slice(0, 3);
}
