import { z } from 'zod';
import { moneySchema } from '../money.ts';
import { momentSchema, pageOf, pageQuerySchema } from './lists.ts';

export const productRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  picture: z.string().nullable(),
  price: moneySchema,
  oldPrice: moneySchema.nullable(),
  brand: z.string().nullable(),
  category: z.string().nullable(),
  /** The category's id as the feed writes it; `category` is its name. */
  categoryId: z.string().nullable(),
  inStock: z.boolean(),
  /** Why it cannot stand in a letter; null: it can. */
  notForLetters: z.string().nullable(),
  changedAt: momentSchema,
});
export type ProductRow = z.infer<typeof productRowSchema>;

/** `GET /api/shops/:shop/products`. */
export const productQuerySchema = pageQuerySchema.extend({
  category: z.string().optional(),
  stock: z.enum(['in', 'out']).optional(),
});
export type ProductQuery = z.infer<typeof productQuerySchema>;
export const productPageSchema = pageOf(productRowSchema).extend({
  categories: z.array(z.object({ id: z.string(), name: z.string() })),
});
