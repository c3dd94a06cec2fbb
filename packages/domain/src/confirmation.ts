// Double opt-in: whose new subscription has to be confirmed, and how often one address may be asked.
import { z } from 'zod';

const dayMs = 86_400_000;

/**
 * Which subscriptions of shoppers their owners have to confirm. `captured`: addresses heard in forms that have no box of their own.
 * `always`: those that came with a ticked box too. What the shop's own systems say of consent is theirs to prove.
 */
export const confirmRules = ['never', 'captured', 'always'] as const;
export type ConfirmRule = (typeof confirmRules)[number];

export const consentSettingsSchema = z.object({ confirm: z.enum(confirmRules) });
export type ConsentSettings = z.infer<typeof consentSettingsSchema>;
export const consentDefaults: ConsentSettings = { confirm: 'captured' };

/** How long a request to confirm can be answered. */
export const confirmationLastsMs = 7 * dayMs;

/** How many letters that ask to confirm one mailbox gets at most, whatever anybody types anywhere. */
export const confirmationLimits = [
  { letters: 1, withinMs: dayMs },
  { letters: 3, withinMs: 7 * dayMs },
  { letters: 6, withinMs: 90 * dayMs },
] as const;

/** How somebody came to their state. `box`: in our form. `checkbox`: in a form of the shop. `refused`: "this was not me". */
export const consentHows = ['box', 'checkbox', 'captured', 'confirmed', 'import', 'server', 'refused'] as const;
export type ConsentHow = (typeof consentHows)[number];
export const consentHowSchema = z.enum(consentHows);
