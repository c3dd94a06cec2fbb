import { z } from 'zod';
import { moneySchema } from '../money.ts';
import { momentSchema, pageOf, pageQuerySchema } from './lists.ts';

/** What became of an order, as the shop's own system says it. */
export const orderStatuses = ['created', 'completed', 'cancelled'] as const;
export const orderStatusSchema = z.enum(orderStatuses);
export type OrderStatus = z.infer<typeof orderStatusSchema>;

/** One order. `knownBy`: who told of it; an order that only one of them knows may be missing on the other side. */
export const orderRowSchema = z.object({
  id: z.string(),
  at: momentSchema,
  total: moneySchema,
  /** Pieces of all lines; 0 where only a status was told. */
  pieces: z.number().int(),
  /** Who told of it first. */
  origin: z.enum(['storefront', 'server']),
  knownBy: z.enum(['both', 'storefront', 'server']),
  /** Null while only the storefront told of it. */
  status: orderStatusSchema.nullable(),
  /** The status in the shop's own word. */
  statusWord: z.string().nullable(),
  /** The number that the shop's system has for it, where that is another one. */
  twin: z.string().nullable(),
  person: z.object({ id: z.string(), email: z.string() }).nullable(),
});
export type OrderRow = z.infer<typeof orderRowSchema>;

/** `GET /api/shops/:shop/orders/:id`: its lines, and what the shop said of it besides, under whichever of its two numbers. */
export const orderDetailSchema = orderRowSchema.extend({
  lines: z.array(
    z.object({
      product: z.string(),
      quantity: z.number().int(),
      price: z.number().optional(),
      extras: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  extras: z.record(z.string(), z.unknown()),
});
export type OrderDetail = z.infer<typeof orderDetailSchema>;

/**
 * `GET /api/shops/:shop/orders`. `unmatched=1`: those that the shop's system reported and no browser, and those of browsers
 * that the shop's system should have reported and did not.
 */
export const orderQuerySchema = pageQuerySchema.extend({ unmatched: z.literal('1').optional() });
export type OrderQuery = z.infer<typeof orderQuerySchema>;
export const orderPageSchema = pageOf(orderRowSchema).extend({ unmatched: z.number().int() });
