import { z } from 'zod';
import { moneySchema } from '../money.ts';
import { momentSchema, pageOf, pageQuerySchema } from './lists.ts';

/** Why a product cannot stand in a letter, the first that applies. `gone`: its picture was looked for and is not there. */
export const productFlaws = ['address', 'picture', 'gone', 'price', 'category'] as const;
export type ProductFlaw = (typeof productFlaws)[number];

/** The merchant's own word, which a feed does not overrule: never recommend it, or sooner than others. */
export const productWishes = ['ignore', 'boost'] as const;
export type ProductWish = (typeof productWishes)[number];

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
  wish: z.enum(productWishes).nullable(),
});
export type ProductRow = z.infer<typeof productRowSchema>;

/** What a list of products is cut by. All of it together, each word of `q` a part of a word of the name, brand, id or a code. */
export const productFilterSchema = z.object({
  q: z.string().trim().max(200).optional(),
  /** A category's id; what lies below it belongs to it. */
  category: z.string().max(500).optional(),
  /** As the feed writes it. */
  brand: z.string().max(500).optional(),
  stock: z.enum(['in', 'out']).optional(),
  /** `ready`: it can stand in a letter; `not`: it cannot; or the one reason why not. */
  letters: z.enum(['ready', 'not', ...productFlaws]).optional(),
  /** `ignored`: not recommended, by the feed's wish or the merchant's; `boosted`: sooner than others. */
  wish: z.enum(['ignored', 'boosted']).optional(),
  /** In minor units of the shop's currency, both included. */
  priceFrom: z.coerce.number().int().min(0).optional(),
  priceTo: z.coerce.number().int().min(0).optional(),
});
export type ProductFilter = z.infer<typeof productFilterSchema>;

/** `-price`: the dearest first; products without a price come last. `popular`: what is bought and looked at most. */
export const productSorts = ['name', 'newest', 'price', '-price', 'popular'] as const;
export type ProductSort = (typeof productSorts)[number];

/** `GET /api/shops/:shop/products`. */
export const productQuerySchema = pageQuerySchema.extend({
  ...productFilterSchema.shape,
  /** It holds the last name, which may be long. */
  cursor: z.string().max(8_000).optional(),
  sort: z.enum(productSorts).optional(),
});
export type ProductQuery = z.infer<typeof productQuerySchema>;

export const productPageSchema = pageOf(productRowSchema).extend({
  /** There are more than `total`: counting them all would take too long. */
  more: z.boolean(),
  /** How the rows are sorted. Where too many are found to be sorted as was asked, they come newest first. */
  sort: z.enum(productSorts),
});
export type ProductPage = z.infer<typeof productPageSchema>;

/** `GET /api/shops/:shop/products/facets`: what can be chosen, as one types. `id`: the names of one that is chosen already. */
export const productFacetQuerySchema = z.object({
  kind: z.enum(['brand', 'category']),
  q: z.string().trim().max(200).optional(),
  id: z.string().max(500).optional(),
});
export type ProductFacetQuery = z.infer<typeof productFacetQuerySchema>;
export const productFacetsSchema = z.object({
  /** `path`: the names from the top down to it; a brand's is its name. */
  values: z.array(z.object({ id: z.string(), path: z.array(z.string()) })),
  /** There are others: more letters find them. */
  more: z.boolean(),
});
export type ProductFacets = z.infer<typeof productFacetsSchema>;

/** `POST /api/shops/:shop/products/wish`: of some products by their ids, or of all that a list's filters find. */
export const productWishSchema = z
  .object({
    wish: z.enum(productWishes).nullable(),
    ids: z.array(z.string().max(500)).min(1).max(1_000).optional(),
    query: productFilterSchema.optional(),
  })
  .refine(({ ids, query }) => (ids === undefined) !== (query === undefined), {
    message: 'say either `ids` or `query`',
    path: ['ids'],
  });
export const productWishedSchema = z.object({
  /** Products whose wish is another one now. */
  changed: z.number().int(),
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
        /** As the shop calls the place, where it said so. */
        name: z.string().optional(),
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
