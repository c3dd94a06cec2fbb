import { z } from 'zod';
import { consentDefaults, consentSettingsSchema } from './confirmation.ts';
import { emailAddressSchema } from './email-address.ts';
import { lawSettingsSchema } from './law.ts';
import { currencySchema } from './money.ts';
import type { ScenarioCode, ScenarioSettings } from './scenario.ts';
import { scenarioSettingsSchema, usualScenario } from './scenario.ts';
import { subscriptionFormDefaults, subscriptionFormSchema } from './subscription-form.ts';
import {
  captureDefaults,
  captureSettingsSchema,
  privacyDefaults,
  privacySettingsSchema,
  trafficDefaults,
  trafficSettingsSchema,
} from './traffic.ts';
import { voiceSettingsSchema } from './voice.ts';

const timeZoneSchema = z.string().refine(isTimeZone, 'a time zone is an IANA name, as Europe/Berlin');

/**
 * Whether the shop is open. A closed one takes no beacon and sends no letter. What happened before `since` is not written about
 * after it was opened again: what was bought meanwhile is not known. `since` in milliseconds since 1970.
 */
export const standingSchema = z.object({ open: z.boolean(), since: z.number().int().min(0) });
export type Standing = z.infer<typeof standingSchema>;
/** As a new shop is. */
const alwaysOpen: Standing = { open: true, since: 0 };

/** Families of fonts that every machine has: none is fetched. */
export const brandFonts = ['sans', 'serif', 'mono', 'round'] as const;

/** A feed that would take more than this share of the products out of stock, or reprice more of them, waits for a word. */
export const feedGuards = { gonePercent: 30, repricedPercent: 50 } as const;

export const shopSettingsSchema = z.object({
  name: z.string().trim().min(1, 'the shop has no name').max(80),
  url: z.url({ protocol: /^https?$/, error: 'the shop address starts with https://' }),
  currency: currencySchema,
  timeZone: timeZoneSchema,
  language: z.enum(['en', 'ru']),
  sender: z.object({
    name: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .regex(/^[^\r\n<>"]*$/, 'a sender name has no line breaks, quotes or brackets'),
    address: emailAddressSchema,
    /** Where answers go; absent or null: to the address that letters come from. */
    replyTo: emailAddressSchema.nullable().optional(),
    postalAddress: z.string().trim().min(1, 'every letter carries the shop’s postal address').max(300),
  }),
  brand: z.object({
    color: z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour is written #1a6b7c'),
    logoUrl: z.url().nullable(),
    /** Letters are set in it, unless their template says otherwise; absent: `sans`. */
    font: z.enum(brandFonts).optional(),
  }),
  voice: voiceSettingsSchema,
  standing: standingSchema.default(alwaysOpen),
  /** Absent: as before there was a choice ({@link lawIn}). */
  law: lawSettingsSchema.optional(),
  traffic: trafficSettingsSchema.default(trafficDefaults),
  privacy: privacySettingsSchema.default(privacyDefaults),
  capture: captureSettingsSchema.default(captureDefaults),
  consent: consentSettingsSchema.default(consentDefaults),
  form: subscriptionFormSchema.default(subscriptionFormDefaults),
  scenarios: z.object({
    abandoned_cart: scenarioSettingsSchema,
    // Absent: as usual, and off.
    second_abandoned_cart: scenarioSettingsSchema.optional(),
    viewed_but_not_bought: scenarioSettingsSchema.optional(),
    abandoned_category: scenarioSettingsSchema.optional(),
    abandoned_search: scenarioSettingsSchema.optional(),
    product_available: scenarioSettingsSchema.optional(),
    product_price_decrease: scenarioSettingsSchema.optional(),
    low_on_supply: scenarioSettingsSchema.optional(),
    recently_purchased: scenarioSettingsSchema.optional(),
    retention: scenarioSettingsSchema.optional(),
    /** The words of the letter; absent: the usual ones. Whether it goes out is said by `consent.confirm`. */
    double_opt_in: scenarioSettingsSchema.pick({ subject: true, preheader: true, otherWords: true }).optional(),
  }),
  feed: z.object({
    url: z.url({ protocol: /^https?$/, error: 'the feed address starts with https://' }).nullable(),
    everyMs: z
      .number()
      .int()
      .min(15 * 60_000, 'a feed is read every 15 minutes at most')
      .max(7 * 86_400_000),
    guards: z
      .object({ gonePercent: z.number().int().min(1).max(100), repricedPercent: z.number().int().min(1).max(100) })
      .default(feedGuards),
  }),
});
export type ShopSettings = z.infer<typeof shopSettingsSchema>;

/** What concerns the storefront, as a new shop has it. */
export const storefrontDefaults = {
  traffic: trafficDefaults,
  privacy: privacyDefaults,
  capture: captureDefaults,
  consent: consentDefaults,
  form: subscriptionFormDefaults,
  standing: alwaysOpen,
} as const satisfies Partial<ShopSettings>;

/** A scenario's settings as they count. Double Opt-In is on where any way to subscribe needs it. */
export function scenarioIn(settings: ShopSettings, code: ScenarioCode): ScenarioSettings {
  const { language, consent, scenarios } = settings;
  const isAsked = code === 'double_opt_in' ? { on: consent.confirm !== 'never' } : {};
  const usual = usualScenario(code, language);
  const stored = scenarios[code];
  return stored ? { ...usual, holdOutPercent: 0, ...isAsked, ...stored } : { ...usual, ...isAsked };
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false; // Intl throws a RangeError for a name it does not know
  }
}
