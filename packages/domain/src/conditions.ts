// What has to be true of a letter beyond its occasion: set by the merchant for each scenario.
import { z } from 'zod';

const most = 50;
const lists = 'at most 50 of them';
const categories = z.array(z.string().min(1).max(128)).max(most, lists);
const segments = z.array(z.number().int().min(0)).max(most, lists);

export const conditionsSchema = z.object({
  /** What the cart must be worth, in minor units of the shop's currency, by the products of it that can be bought now. For letters about a cart. */
  minCartMinor: z.number().int().min(1, 'a cart is worth more than nothing').max(1_000_000_000).optional(),
  /** At least one product of the letter is in one of these categories, or below it; none: any. */
  categoriesIn: categories.optional(),
  /** No product of the letter is in any of these, or below it. */
  categoriesOut: categories.optional(),
  /** The person is in one of these segments; none: anybody. */
  segmentsIn: segments.optional(),
  /** The person is in none of these. */
  segmentsOut: segments.optional(),
});
export type Conditions = z.infer<typeof conditionsSchema>;

/** Whether anything is asked for. */
export function hasConditions(conditions: Conditions | undefined): conditions is Conditions {
  return Object.values(conditions ?? {}).some((one) => (Array.isArray(one) ? one.length > 0 : one !== undefined));
}

/** Scenarios whose letters are about a cart, so that its value can be asked for. */
export function isAboutCart(code: string): boolean {
  return code === 'abandoned_cart' || code === 'second_abandoned_cart';
}
