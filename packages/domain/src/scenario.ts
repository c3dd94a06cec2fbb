import { z } from 'zod';
import { conditionsSchema } from './conditions.ts';
import { confirmationLastsMs } from './confirmation.ts';
import { scenarioCovers } from './scenario-words.ts';

/** The scenarios that exist so far. Codes are stored and stand in `utm_campaign`; names are what a merchant reads. */
export const scenarioCodes = [
  'abandoned_cart',
  'second_abandoned_cart',
  'viewed_but_not_bought',
  'abandoned_category',
  'abandoned_search',
  'product_available',
  'product_price_decrease',
  'low_on_supply',
  'recently_purchased',
  'retention',
  'double_opt_in',
] as const;
export type ScenarioCode = (typeof scenarioCodes)[number];
/** One value for each scenario. */
export function byScenario<Value>(of: (code: ScenarioCode) => Value): Record<ScenarioCode, Value> {
  return Object.fromEntries(scenarioCodes.map((code) => [code, of(code)])) as Record<ScenarioCode, Value>;
}

export const scenarioCodeSchema = z.enum(scenarioCodes);

export const scenarioNames = {
  abandoned_cart: 'Abandoned Cart',
  second_abandoned_cart: 'Abandoned Cart Follow-Up',
  viewed_but_not_bought: 'Abandoned View',
  abandoned_category: 'Abandoned Category',
  abandoned_search: 'Abandoned Search',
  product_available: 'Back in Stock',
  product_price_decrease: 'Price Drop',
  low_on_supply: 'Regular Purchase',
  recently_purchased: 'Thank You',
  retention: 'Most Interesting This Month',
  double_opt_in: 'Double Opt-In',
} as const satisfies Record<ScenarioCode, string>;

const minute = 60_000;
const day = 24 * 60 * minute;

const languages = ['en', 'ru'] as const;

const coverSchema = z.object({
  subject: z.string().trim().min(1, 'the subject is empty').max(200, 'the subject has at most 200 characters'),
  preheader: z.string().trim().max(200),
});

/**
 * What a merchant sets for one scenario. `delayMs` is how long it must be quiet; after `windowMs` it is too late. For Regular Purchase
 * `delayMs` is how long before the product runs out the letter is due, and `windowMs` counts from then.
 */
export const scenarioSettingsSchema = z.object({
  on: z.boolean(),
  delayMs: z
    .number()
    .int()
    .min(0, 'the wait cannot be negative')
    .max(30 * 24 * 60 * minute, 'the wait is at most 30 days'),
  windowMs: z
    .number()
    .int()
    .min(minute, 'the window is at least one minute')
    .max(60 * 24 * 60 * minute, 'the window is at most 60 days'),
  /** The share of people who get nothing, so that it can be measured what the letters bring; absent: none. */
  holdOutPercent: z
    .number()
    .min(0, 'a share is at least 0 %')
    .max(50, 'at most half of the people are held out')
    .optional(),
  /** Of a price that fell, in per cent: by less, nobody is told; absent: 1. For Price Drop alone. */
  leastDropPercent: z
    .number()
    .min(1, 'a price fell by at least 1 %')
    .max(90, 'a price that has to fall by more than 90 % never will')
    .optional(),
  recommendations: z.number().int().min(0).max(12, 'at most 12 recommended products'),
  /** In the shop's language. */
  ...coverSchema.shape,
  /** In other languages: who reads one of them gets the letter's words in it. */
  otherWords: z.partialRecord(z.enum(languages), coverSchema).optional(),
  conditions: conditionsSchema.optional(),
});
export type ScenarioSettings = z.infer<typeof scenarioSettingsSchema>;

/** A price that fell by less than this, in per cent, is not worth a letter: the original's figure. */
export const usualLeastDropPercent = 1;

/** What a scenario has before a merchant says otherwise, without its words. The original's numbers, where they were right. */
const usual = {
  /** Quiet for one hour, too late four hours after the last change of the cart. */
  abandoned_cart: { delayMs: 60 * minute, windowMs: 240 * minute, recommendations: 6 },
  /** A day after the first letter. The original gave it four hours, which a night can swallow. */
  second_abandoned_cart: { delayMs: day, windowMs: 2 * day, recommendations: 6 },
  /** The original asked for yesterday, by the calendar: a day of quiet means the same to everybody. */
  viewed_but_not_bought: { delayMs: day, windowMs: 3 * day, recommendations: 6 },
  abandoned_category: { delayMs: 60 * minute, windowMs: 2 * day, recommendations: 9 },
  abandoned_search: { delayMs: 60 * minute, windowMs: 2 * day, recommendations: 9 },
  /** At once: they asked for it, and stock does not wait. */
  product_available: { delayMs: 0, windowMs: 2 * day, recommendations: 3 },
  product_price_decrease: {
    delayMs: 0,
    windowMs: 2 * day,
    recommendations: 3,
    leastDropPercent: usualLeastDropPercent,
  },
  /** Five days ahead, as the original. It looked once and gave no window: a week later it has been bought elsewhere. */
  low_on_supply: { delayMs: 5 * day, windowMs: 7 * day, recommendations: 3 },
  recently_purchased: { delayMs: 7 * day, windowMs: 9 * day, recommendations: 6 },
  retention: { delayMs: 30 * day, windowMs: 37 * day, recommendations: 9 },
  double_opt_in: { delayMs: 0, windowMs: confirmationLastsMs, recommendations: 0 },
} as const satisfies Record<
  ScenarioCode,
  Pick<ScenarioSettings, 'delayMs' | 'windowMs' | 'recommendations' | 'leastDropPercent'>
>;

/** A share of people who get nothing of a scenario, so that it can be measured what its letters bring. */
const usualHoldOut = 5;
/** Whoever asked for a letter gets it. */
const requested: readonly ScenarioCode[] = ['product_available', 'product_price_decrease', 'double_opt_in'];

/** A scenario as a new shop has it: off, with the usual numbers and words. */
export function usualScenario(code: ScenarioCode, language: 'en' | 'ru'): ScenarioSettings {
  const holdOutPercent = requested.includes(code) ? 0 : usualHoldOut;
  return { on: false, ...usual[code], holdOutPercent, ...scenarioCovers[language][code] };
}

export const scenarioDefaults = {
  abandoned_cart: usualScenario('abandoned_cart', 'en'),
} as const satisfies Partial<Record<ScenarioCode, ScenarioSettings>>;
