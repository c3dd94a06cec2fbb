import { z } from 'zod';
import { moneySchema } from '../money.ts';
import { momentSchema } from './lists.ts';

/** `GET /api/shops/:shop/today`. Figures are of the shop's own day; bots are out. */
export const todaySchema = z.object({
  /** The verdict in one sentence. */
  sentence: z.string(),
  /** What to do now, at most three: what it is, what it prevents, where to do it. */
  actions: z.array(z.object({ words: z.string(), because: z.string(), href: z.string() })),
  live: z.object({
    visitors: z.number().int(),
    openCarts: z.number().int(),
    lettersWaiting: z.number().int(),
    recent: z.array(z.object({ at: momentSchema, words: z.string() })),
  }),
  figures: z.object({
    revenue: moneySchema,
    orders: z.number().int(),
    views: z.number().int(),
    carts: z.number().int(),
    lettersSent: z.number().int(),
  }),
  /** The last 24 hours by hour, oldest first, gaps filled with zeros; for the chart. */
  hours: z.array(
    z.object({
      at: momentSchema,
      views: z.number().int(),
      carts: z.number().int(),
      orders: z.number().int(),
      revenueMinor: z.number().int(),
      letters: z.number().int(),
    }),
  ),
  scenarios: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      on: z.boolean(),
      waiting: z.number().int(),
      sent: z.number().int(),
      suppressed: z.number().int(),
    }),
  ),
  pulseAt: momentSchema,
});
export type Today = z.infer<typeof todaySchema>;
