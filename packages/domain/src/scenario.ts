import { z } from 'zod';

/** The scenarios that exist so far. Codes are stored and stand in `utm_campaign`; names are what a merchant reads. */
export const scenarioCodes = ['abandoned_cart'] as const;
export type ScenarioCode = (typeof scenarioCodes)[number];
export const scenarioCodeSchema = z.enum(scenarioCodes);

export const scenarioNames = { abandoned_cart: 'Abandoned Cart' } as const satisfies Record<ScenarioCode, string>;

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
} as const satisfies Record<ScenarioCode, ScenarioSettings>;
