// What a shop's own server says of its catalogue: `POST` and `DELETE /v1/products`, `POST /v1/categories`. Each item stands for
// itself: a bad one does not take the others along. The same call again changes nothing.
import { z } from 'zod';

/** Bounds of one call. */
export const productLimits = { bytes: 8_000_000, products: 1_000, ids: 10_000, categories: 10_000 } as const;

const listOf = (what: string, most: number) =>
  z.array(z.unknown()).min(1, `name at least one of the ${what}`).max(most, `a call has at most ${most} ${what}`);

export const productBatchSchema = z.strictObject({ products: listOf('products', productLimits.products) });
export const productIdsSchema = z.strictObject({ ids: listOf('ids', productLimits.ids) });
export const categoryBatchSchema = z.strictObject({
  categories: listOf('categories', productLimits.categories),
  /** These are all there are: the others are taken away. */
  whole: z.boolean().default(false),
});

/** `?dry_run=1`: nothing is written, the answer says what would be. */
export const dryRunSchema = z.object({ dry_run: z.enum(['0', '1', 'true', 'false']).optional() });

const text = z.string();
const amount = z.union([z.number(), text]);
const id = z.union([text, z.number()]);

/** A product in full: what it does not say, the catalogue does not keep. */
const productItem = z.object({
  id,
  name: text,
  url: text.optional(),
  pictures: z.array(text).optional(),
  price: amount.optional(),
  /** Before a discount. */
  oldPrice: amount.optional(),
  /** The shop's; a price in another one is refused. */
  currency: text.optional(),
  available: z.boolean().optional(),
  /** Pieces that are left; where `available` is not said, 0 is sold out. */
  stock: z.number().optional(),
  /** Ids; the first is the main one. */
  categories: z.array(id).optional(),
  /** Variants of one product share it. */
  groupId: id.optional(),
  brand: text.optional(),
  model: text.optional(),
  sku: text.optional(),
  barcode: text.optional(),
  description: text.optional(),
  params: z.array(z.object({ name: text, value: z.union([text, z.array(text)]), unit: text.optional() })).optional(),
  tags: z.array(text).optional(),
  collections: z.array(id).optional(),
  accessories: z.array(id).optional(),
  /** Months (1 to 12) in which it sells. */
  seasonality: z.array(z.number()).optional(),
  rating: z.number().optional(),
  isNew: z.boolean().optional(),
  /** Not to be recommended. */
  ignored: z.boolean().optional(),
});

const categoryId = id.transform((said) => String(said).trim());

/** One category. */
export const categoryItemSchema = z.object({
  id: categoryId.pipe(z.string().min(1, 'this category has no id').max(255)),
  name: z.string().trim().min(1, 'this category has no name').max(300),
  parentId: categoryId.pipe(z.string().max(255)).nullish(),
  url: z
    .url({ protocol: /^https?$/, error: 'a category’s url is a whole address that starts with https://' })
    .max(2_000)
    .nullish(),
});

/** The same calls with each item spelled out, for the API's description. */
export const productBatchDescription = z.strictObject({ products: z.array(productItem) });
export const productIdsDescription = z.strictObject({ ids: z.array(id) });
export const categoryBatchDescription = z.strictObject({
  categories: z.array(z.object({ id, name: text, parentId: id.nullish(), url: text.nullish() })),
  whole: z.boolean().optional(),
});

const itemErrorSchema = z.object({
  /** Its place in the list, from 0. */
  index: z.number().int(),
  id: z.string().nullable(),
  /** Empty where it is about the whole item. */
  field: z.string(),
  message: z.string(),
});
export type ItemError = z.infer<typeof itemErrorSchema>;

/** `200` of these calls. The four counts add up to the items of the call. */
export const catalogueAnswerSchema = z.object({
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  refused: z.number().int(),
  /** Why items were refused. */
  errors: z.array(itemErrorSchema),
  /** What is odd about those that were taken: without a picture a product stands in no letter. At most 500. */
  remarks: z.array(itemErrorSchema),
  dryRun: z.boolean(),
});
export type CatalogueAnswer = z.infer<typeof catalogueAnswerSchema>;
