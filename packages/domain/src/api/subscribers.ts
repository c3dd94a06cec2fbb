import { z } from 'zod';
import { consentHowSchema } from '../confirmation.ts';
import { momentSchema, pageOf } from './lists.ts';

/**
 * `none`: an address without consent. `pending`: asked to confirm, and written nothing else until then. `subscribed`: may be written
 * to. `unsubscribed`: never again without their own act. That mail cannot reach an address, or that somebody complained, stands
 * beside these, as a suppression of the address.
 */
export const consentSchema = z.enum(['none', 'pending', 'subscribed', 'unsubscribed']);
export type Consent = z.infer<typeof consentSchema>;

export const subscriberRowSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  consent: consentSchema,
  createdAt: momentSchema,
  changedAt: momentSchema,
  /** When they were last asked to confirm, and when they last did; null: never. */
  askedAt: momentSchema.nullable(),
  confirmedAt: momentSchema.nullable(),
});
export type SubscriberRow = z.infer<typeof subscriberRowSchema>;
/** `GET /api/shops/:shop/subscribers`. */
export const subscriberPageSchema = pageOf(subscriberRowSchema);

/** What somebody said, or was asked: when, where, from which address of the net, and the words that they saw. */
export const consentLineSchema = z.object({
  at: momentSchema,
  consent: consentSchema,
  source: z.string(),
  how: consentHowSchema.nullable(),
  ip: z.string().nullable(),
  wording: z.string().nullable(),
});
export type ConsentLine = z.infer<typeof consentLineSchema>;

/** One line of a person's timeline; `kind` chooses the sign, `words` is the sentence, `why` the reason of a letter. */
export const timelineEntrySchema = z.object({
  at: momentSchema,
  kind: z.enum([
    'view',
    'category',
    'search',
    'cart',
    'wish',
    'watch',
    'purchase',
    'identify',
    'letter',
    'consent',
    'rating',
  ]),
  words: z.string(),
  letter: z.string().nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** `GET /api/shops/:shop/subscribers/:id`. */
export const subscriberSchema = subscriberRowSchema.extend({
  cart: z.array(z.object({ product: z.string(), name: z.string().nullable(), quantity: z.number().int() })),
  /** When the next decision about this person is due. */
  nextAt: momentSchema.nullable(),
  /** What may come to a letter to them, the next one first: for what, why it waits, and until when. */
  waiting: z.array(z.object({ name: z.string(), words: z.string(), until: momentSchema })),
  consentLog: z.array(consentLineSchema),
  /** What led them here first, as the end of a sentence ("an ad on Google"), and when; null: nobody said. */
  cameFrom: z.object({ words: z.string(), at: momentSchema.nullable() }).nullable(),
  /** Where they were last, as the end of a sentence ("on a phone in Germany"); null: it is not known. */
  lastSeen: z.string().nullable(),
  timeline: z.array(timelineEntrySchema),
});
export type SubscriberDetail = z.infer<typeof subscriberSchema>;
