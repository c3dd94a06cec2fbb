import { z } from 'zod';
import { beaconLimits } from './beacon.ts';
import { categoryIdSchema, productIdSchema, shopIdSchema, visitorIdSchema } from './ids.ts';

const ids = <Schema extends z.ZodType>(id: Schema) =>
  z.array(id).max(beaconLimits.items, 'at most 100 ids').default([]);

/** `GET /r`, its lists repeated: `?shop=s&product=p1&cart=p2&cart=p3`. */
export const recommendationQuerySchema = z.object({
  shop: shopIdSchema,
  /** Whose past may speak. Absent: the shopper does not allow it, and gets what everybody gets. */
  visitor: visitorIdSchema.optional(),
  /** What the page shows, the most important first. */
  product: ids(productIdSchema),
  cart: ids(productIdSchema),
  /** Only products of these categories. */
  category: ids(categoryIdSchema),
  exclude: ids(productIdSchema),
  limit: z.coerce.number().int().min(1).max(24, 'at most 24 products').default(8),
  /** The block's name in links and reports: `product-page`. */
  code: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/i, 'a block’s code has 1 to 64 letters, digits, _ or -')
    .default('block'),
});
export type RecommendationQuery = z.infer<typeof recommendationQuerySchema>;

/** What a storefront may know of a product that is recommended: what its own catalogue says. Prices as people write them. */
export const recommendationAnswerSchema = z.object({
  title: z.string(),
  products: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** With `recommended_by` and `recommended_code`, so that a view says what led to it. */
      url: z.string(),
      picture: z.string().nullable(),
      brand: z.string().nullable(),
      price: z.string(),
      oldPrice: z.string().nullable(),
      /** The price in minor units. */
      minor: z.number().int(),
      currency: z.string(),
    }),
  ),
});
export type RecommendationAnswer = z.infer<typeof recommendationAnswerSchema>;
