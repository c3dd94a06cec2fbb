import { z } from 'zod';

/**
 * Where a letter stands. `waiting`: planned, may still be stopped. `sending`: handed to the provider under a lease.
 * `unknown`: the provider's answer was lost, so it is neither sent again nor called sent.
 */
export const letterStates = ['waiting', 'sending', 'sent', 'suppressed', 'failed', 'unknown'] as const;
export type LetterState = (typeof letterStates)[number];
export const letterStateSchema = z.enum(letterStates);

/** Why a letter was not (or not yet) sent. The sentence for people is written by the engine; these codes are counted. */
export const letterReasons = [
  'bought',
  'cart-emptied',
  'unsubscribed',
  'no-address',
  'no-consent',
  'in-cart',
  'came-back',
  'hold-out',
  'order-cancelled',
  'not-wanted',
  'unlikely',
  'sold-out',
  'price-back-up',
  'not-confirmed',
  'confirmed',
  'scenario-off',
  'shop-closed',
  'too-late',
  'pause',
  'cap',
  'quiet-hours',
  'conditions',
  'nothing-to-show',
  'template',
  'lost-to-another',
  'provider-refused',
  'provider-unreachable',
  'answer-lost',
  'provider-busy',
  'provider-rejects-us',
  'bounced',
  'complained',
  'suppressed',
  'sending-paused',
] as const;
export type LetterReason = (typeof letterReasons)[number];
export const letterReasonSchema = z.enum(letterReasons);

/** A step in a letter's life, written by the Visitor. Later steps carry a higher `rev`; a reader keeps the highest. */
export const letterFactSchema = z.object({
  letter: z.string(),
  slot: z.string(),
  scenario: z.string(),
  state: letterStateSchema,
  reason: letterReasonSchema.nullable(),
  sentence: z.string(),
  plannedAt: z.number().int(),
  at: z.number().int(),
  /** The subject it was written with, once it was. */
  subject: z.string().nullable().default(null),
  rev: z.number().int(),
});
export type LetterFact = z.infer<typeof letterFactSchema>;
