import { z } from 'zod';
import { moneySchema } from '../money.ts';
import { momentSchema, pageOf, pageQuerySchema } from './lists.ts';

export const productRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Null: its source gives none. */
  url: z.string().nullable(),
  picture: z.string().nullable(),
  /** Null: its source gives none. */
  price: moneySchema.nullable(),
  oldPrice: moneySchema.nullable(),
  brand: z.string().nullable(),
  category: z.string().nullable(),
  /** The category's id as the feed writes it; `category` is its name. */
  categoryId: z.string().nullable(),
  inStock: z.boolean(),
  /** Why it cannot stand in a letter; null: it can. */
  notForLetters: z.string().nullable(),
  changedAt: momentSchema,
  /** It is not recommended: the feed or the merchant asked so. */
  ignored: z.boolean(),
  /** The merchant's own word, which a feed does not overrule. */
  wish: z.enum(['ignore', 'boost']).nullable(),
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

/** Terms, promotions and what is left, as PersonaClick's feeds and items say them; only what is said stands here. */
const productExtrasSchema = z.object({
  leftovers: z.enum(['one', 'few', 'lot']).optional(),
  /** In per cent of the price. */
  priceMargin: z.number().optional(),
  discountPercent: z.number().optional(),
  promocode: z.string().optional(),
  priceWithPromocode: moneySchema.optional(),
  merchants: z.array(z.string()).optional(),
  terms: z
    .object({
      gift: z.boolean(),
      installment: z.boolean(),
      bonusesAccrual: z.boolean(),
      bonusesSpending: z.boolean(),
      discounts: z.boolean(),
    })
    .partial()
    .optional(),
  brandPicture: z.string().optional(),
  deeplinks: z.object({ android: z.string(), ios: z.string() }).partial().optional(),
  /** When it came into the shop. */
  publishedAt: momentSchema.optional(),
  /** What the shop itself recommends beside it. */
  recommendedIds: z.array(z.string()).optional(),
  vat: z.string().optional(),
});

/** What a product's source says beyond name, price and place. */
export const productAttributesSchema = z.object({
  model: z.string().nullable().default(null),
  vendorCode: z.string().nullable().default(null),
  barcode: z.string().nullable().default(null),
  /** Pieces that are left. */
  stock: z.number().nullable().default(null),
  params: z.array(z.object({ name: z.string(), value: z.string(), unit: z.string().nullable() })).default([]),
  tags: z.array(z.string()).default([]),
  country: z.string().nullable().default(null),
  delivery: z.record(z.string(), z.boolean()).default({}),
  rating: z.number().nullable().default(null),
  isNew: z.boolean().default(false),
  /** Bought again and again, as coffee or cat food. */
  periodic: z.boolean().default(false),
  /** Months (1 to 12) in which it sells. */
  seasonality: z.array(z.number().int()).default([]),
  accessoryIds: z.array(z.string()).default([]),
  collectionIds: z.array(z.string()).default([]),
  locations: z
    .array(
      z.object({
        id: z.string(),
        price: moneySchema.nullable(),
        oldPrice: moneySchema.nullable(),
        stock: z.number().nullable(),
        /** How much the shop wants it shown there, 0 to 100. */
        weight: z.number().optional(),
      }),
    )
    .default([]),
  /** What the feed's extensions for one trade say, by section: `fashion`, `auto`, `pets`… */
  niche: z.record(z.string(), z.unknown()).default({}),
  extras: productExtrasSchema.default({}),
});
export type ProductAttributes = z.infer<typeof productAttributesSchema>;
