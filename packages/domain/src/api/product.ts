// One product as its page shows it: `GET /api/shops/:shop/products/one?id=…`, since an id may be any text.
import { z } from 'zod';
import { moneySchema } from '../money.ts';
import { momentSchema } from './lists.ts';
import { productAttributesSchema, productRowSchema } from './products.ts';

export const productOneQuerySchema = z.object({ id: z.string().min(1).max(500) });

const figuresSchema = z.object({ views: z.number().int(), carts: z.number().int(), buys: z.number().int() });
const personSchema = z.object({ id: z.string(), email: z.string() });

export const productDetailSchema = z.object({
  product: productRowSchema.extend({
    /** What to do about `notForLetters`. */
    mend: z.string().nullable(),
    pictures: z.array(z.string()),
    /** `unsure`: it failed once and is looked for again; null: nobody looked yet. */
    pictureState: z.enum(['there', 'unsure', 'gone']).nullable(),
    pictureAt: momentSchema.nullable(),
    description: z.string().nullable(),
    /** Names from the top down, for each category it stands in. */
    categories: z.array(z.object({ id: z.string(), path: z.array(z.string()) })),
    attributes: productAttributesSchema,
    /** Who brought it: the feed, or the shop's system by the API. */
    origin: z.enum(['feed', 'api']),
    firstAt: momentSchema,
    /** The feed asks not to recommend it. */
    ignoredByFeed: z.boolean(),
  }),
  /** Other products of its group, as sizes and colours are; at most 20. */
  variants: z.array(productRowSchema),
  /** How it was until a moment, oldest first; how it is now stands in `product`. */
  history: z.array(z.object({ until: momentSchema, price: moneySchema.nullable(), inStock: z.boolean() })),
  figures: z.object({
    day: figuresSchema,
    quarter: figuresSchema,
    /** Since the shop began; null: it is not among those that are wanted most. */
    ever: figuresSchema.omit({ carts: true }).nullable(),
  }),
  /** The last ten with it. */
  orders: z.array(
    z.object({
      id: z.string(),
      at: momentSchema,
      total: moneySchema,
      quantity: z.number(),
      person: personSchema.nullable(),
    }),
  ),
  watchers: z.object({
    backInStock: z.number().int(),
    priceDrop: z.number().int(),
    /** Those who wait longest, at most 50; null: a browser without an address. */
    people: z.array(
      z.object({
        person: personSchema.nullable(),
        waitsFor: z.enum(['back-in-stock', 'price-drop']),
        at: momentSchema,
      }),
    ),
  }),
  ratings: z.object({
    /** How many gave one star, two, and so on to five. */
    counts: z.array(z.number().int()).length(5),
    /** The newest, at most 50. */
    people: z.array(z.object({ person: personSchema.nullable(), stars: z.number().int(), at: momentSchema })),
  }),
  /** What is bought and looked at together with it, the strongest first. */
  together: z.array(productRowSchema),
});
export type ProductDetail = z.infer<typeof productDetailSchema>;
