// What a merchant asks of a letter beyond its occasion. The facts come from the catalogue and from the lists of people, so they are
// looked at when a letter is about to leave. A letter whose conditions are not met waits until its window ends: it is looked at
// again when what it is about changes, and now and then, because catalogue and lists change in silence.
import type { Conditions } from '@winback/domain';
import { formatMoney } from '@winback/domain';

/** What conditions are judged by, as it is now. Null: it was not asked, so nothing is held because of it. */
export interface LetterFacts {
  /** What can be bought of the cart, in minor units of `currency`; null: the letter is about no cart. */
  cartMinor: number | null;
  currency: string;
  /** The categories of the letter's products, with those above them; null: it is about no products. */
  categories: readonly (readonly string[])[] | null;
  /** The segments that the person is in; null: it was not asked. */
  segments: readonly number[] | null;
}

const hourMs = 3_600_000;

/** Why a letter may not go, as a clause; null: every condition is met. The first one that is not counts. */
export function unmet(conditions: Conditions | undefined, facts: LetterFacts | null): string | null {
  if (!conditions || !facts) return null;
  return unmetCart(conditions, facts) ?? unmetCategories(conditions, facts) ?? unmetSegments(conditions, facts);
}

function unmetCart({ minCartMinor }: Conditions, { cartMinor, currency }: LetterFacts): string | null {
  if (minCartMinor === undefined || cartMinor === null || cartMinor >= minCartMinor) return null;
  const [is, least] = [cartMinor, minCartMinor].map((minor) => formatMoney({ minor, currency }, 'en'));
  return `what can be bought of the cart is worth ${is}, and it is written about from ${least} on`;
}

function unmetCategories({ categoriesIn, categoriesOut }: Conditions, { categories }: LetterFacts): string | null {
  if (categories === null) return null;
  const isIn = (named: readonly string[]) => categories.some((one) => one.some((category) => named.includes(category)));
  if (categoriesOut?.length && isIn(categoriesOut))
    return 'it would show a product of a category that the shop leaves out';
  return categoriesIn?.length && !isIn(categoriesIn)
    ? 'none of its products is in a category that the shop chose'
    : null;
}

function unmetSegments({ segmentsIn, segmentsOut }: Conditions, { segments }: LetterFacts): string | null {
  if (segments === null) return null;
  const isIn = (named: readonly number[]) => segments.some((segment) => named.includes(segment));
  if (segmentsOut?.length && isIn(segmentsOut)) return 'this person is in a segment that the shop leaves out';
  return segmentsIn?.length && !isIn(segmentsIn) ? 'this person is in none of the segments that the shop chose' : null;
}

/** When a letter whose conditions are not met is looked at again: halfway to the end of its window, at least an hour later, and at its end. */
export function nextLook(endsAt: number, now: number): number {
  return Math.min(endsAt, now + Math.max(hourMs, Math.floor((endsAt - now) / 2)));
}
