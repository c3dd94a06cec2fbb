import { z } from 'zod';
import { confirmationLastsMs } from './confirmation.ts';

/** The scenarios that exist so far. Codes are stored and stand in `utm_campaign`; names are what a merchant reads. */
export const scenarioCodes = ['abandoned_cart', 'double_opt_in'] as const;
export type ScenarioCode = (typeof scenarioCodes)[number];
export const scenarioCodeSchema = z.enum(scenarioCodes);

export const scenarioNames = {
  abandoned_cart: 'Abandoned Cart',
  double_opt_in: 'Double Opt-In',
} as const satisfies Record<ScenarioCode, string>;

const minute = 60_000;

/** What a merchant sets for one scenario. `delayMs` is how long the cart must be quiet; after `windowMs` it is too late. */
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
  recommendations: z.number().int().min(0).max(12, 'at most 12 recommended products'),
  subject: z.string().trim().min(1, 'the subject is empty').max(200, 'the subject has at most 200 characters'),
  preheader: z.string().trim().max(200),
});
export type ScenarioSettings = z.infer<typeof scenarioSettingsSchema>;

/** What a new shop's letter says about itself before it is opened. */
const confirmWords = {
  en: {
    subject: 'Please confirm: letters from {{ shop.name }}',
    preheader: 'One click, and we will write to you. Without it we will not.',
  },
  ru: {
    subject: 'Подтвердите подписку на письма {{ shop.name }}',
    preheader: 'Одно нажатие, и мы будем вам писать. Без него не будем.',
  },
} as const;

/** The letter that asks to confirm goes out at once and shows no product; only its words are the merchant's. */
export function confirmationDefaults(language: 'en' | 'ru'): Omit<ScenarioSettings, 'on'> {
  return { delayMs: 0, windowMs: confirmationLastsMs, recommendations: 0, ...confirmWords[language] };
}

/** The original's numbers: quiet for one hour, too late four hours after the last change of the cart, nine picks. */
export const scenarioDefaults = {
  abandoned_cart: {
    on: false,
    delayMs: 60 * minute,
    windowMs: 240 * minute,
    recommendations: 6,
    subject: 'You left something in your cart',
    preheader: 'It is still here, and so are a few things that go with it.',
  },
} as const satisfies Partial<Record<ScenarioCode, ScenarioSettings>>;
