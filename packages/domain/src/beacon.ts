import { z } from 'zod';
import { emailAddressSchema } from './email-address.ts';
import { categoryIdSchema, orderIdSchema, productIdSchema, shopIdSchema, visitorIdSchema } from './ids.ts';
import { lineExtrasSchema, orderExtrasSchema } from './order-extras.ts';
import { givenName, smallRecord } from './small-record.ts';

/** The native vocabulary. Prices are in the shop's currency and in major units (12.5), as storefronts have them. */
export const eventTypes = [
  'view',
  'category',
  'search',
  'cart',
  'wish',
  'purchase',
  'identify',
  'watch',
  'profile',
  'custom',
] as const;
export type EventType = (typeof eventTypes)[number];

/** Bounds of one beacon; the tracker keeps far below them. */
export const beaconLimits = {
  bytes: 65_536,
  events: 50,
  items: 100,
  priceMax: 100_000_000,
  quantityMax: 100_000,
} as const;

const price = z
  .number()
  .min(0, 'a price cannot be negative')
  .max(beaconLimits.priceMax, 'this price is too high to be true');
const quantity = z
  .number()
  .int('a quantity is a whole number')
  .min(1)
  .max(beaconLimits.quantityMax, 'this quantity is too high to be true');
const line = z.strictObject({ product: productIdSchema, quantity: quantity.default(1), price: price.optional() });
const orderLine = line.extend({ extras: lineExtrasSchema.optional() });
const base = {
  id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'an event id has 8 to 64 letters, digits, _ or -'),
  at: z.number().int('a time is in whole milliseconds since 1970').positive(),
  url: z.string().max(2048).optional(),
  /** Where the browser came from, on the first event of a page (`document.referrer`). */
  referrer: z.string().max(2048).optional(),
  /** What led here: a block of recommendations, a search, a letter. */
  via: z.strictObject({ by: z.string().min(1).max(64), code: z.string().max(255) }).optional(),
};
const products = z.array(productIdSchema).max(beaconLimits.items, 'at most 100 products');

export const eventSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ ...base, type: z.literal('view'), product: productIdSchema }),
    z.strictObject({ ...base, type: z.literal('category'), category: categoryIdSchema }),
    z.strictObject({
      ...base,
      type: z.literal('search'),
      query: z.string().trim().min(1, 'the query is empty').max(256),
    }),
    z.strictObject({
      ...base,
      type: z.literal('cart'),
      /** `full`: these lines are the whole cart, none empties it. `add` and `remove` change the lines named. */
      change: z.enum(['full', 'add', 'remove']),
      items: z.array(line).max(beaconLimits.items, 'a cart has at most 100 lines'),
    }),
    /** `full`: these products are the whole wish list, none empties it. */
    z.strictObject({ ...base, type: z.literal('wish'), change: z.enum(['full', 'add', 'remove']), products }),
    z.strictObject({
      ...base,
      type: z.literal('purchase'),
      order: orderIdSchema,
      items: z.array(orderLine).min(1, 'an order has at least one line').max(beaconLimits.items),
      total: price.optional(),
      email: emailAddressSchema.optional(),
      /** A promo code, delivery, payment: what the shop says besides. */
      extras: orderExtrasSchema.optional(),
    }),
    z.strictObject({
      ...base,
      type: z.literal('identify'),
      email: emailAddressSchema,
      /** True only where the shopper agreed to letters: a ticked box, a newsletter form. Never turns an unsubscribe back. */
      consent: z.boolean().default(false),
      /** Where consent was given, for the log: `checkout`, `newsletter`. */
      source: z.string().max(64).default('site'),
      /** The words beside the box, as the shopper saw them: for the log. */
      wording: z.string().trim().max(500).optional(),
      name: z.string().trim().max(120).optional(),
    }),
    /** Asks for a letter when a product is back in stock, or costs less. Removing no product removes all of that kind. */
    z.strictObject({
      ...base,
      type: z.literal('watch'),
      change: z.enum(['add', 'remove']),
      waitsFor: z.enum(['back-in-stock', 'price-drop']),
      products,
      /** The price at which the shopper began to wait. */
      price: price.optional(),
      /** The variant that is meant: size, colour. */
      properties: z.record(z.string().max(64), z.string().max(200)).optional(),
      email: emailAddressSchema.optional(),
    }),
    /** What the shop knows of the person besides the address. A field that is not named stays as it is. */
    z.strictObject({ ...base, type: z.literal('profile'), fields: smallRecord(8_000) }),
    z.strictObject({
      ...base,
      type: z.literal('custom'),
      name: givenName,
      category: z.string().max(255).optional(),
      label: z.string().max(255).optional(),
      value: z.number().int().optional(),
      properties: smallRecord(4_000).optional(),
    }),
  ],
  { error: `an event's type is one of ${eventTypes.join(', ')}` },
);
export type BeaconEvent = z.infer<typeof eventSchema>;
export type CartLine = z.infer<typeof line>;
export type OrderLine = z.infer<typeof orderLine>;
export type EventOf<Type extends EventType> = Extract<BeaconEvent, { type: Type }>;

/** `POST /e`. `sentAt` is the browser's clock at sending: it corrects the events' times for a clock that is off. */
export const beaconSchema = z.strictObject({
  shop: shopIdSchema,
  visitor: visitorIdSchema,
  sentAt: z.number().int().positive().optional(),
  /** What the shopper allows. `analytics`: what they do is counted, and nobody is written to because of it. */
  consent: z.enum(['analytics', 'marketing']).default('marketing'),
  /** The code of a merchant who looks at their own browser's events: they are shown at once, good or bad. */
  watcher: z
    .string()
    .regex(/^[a-z0-9]{8,32}$/, 'a watcher’s code has 8 to 32 letters and digits')
    .optional(),
  events: z.array(eventSchema).min(1, 'the batch is empty').max(beaconLimits.events, 'a batch has at most 50 events'),
});
export type Beacon = z.infer<typeof beaconSchema>;

/**
 * Why a beacon, or a part of it, was not stored. Counted for each shop and shown on the Install page. `no-consent`: an address
 * that came without the shopper's leave for marketing. `unproven-identity`: a browser that named an address which others have
 * used; what it did stays its own. `unknown-person`: the shop's server named a customer whom nobody knows. `unknown-letter`:
 * a click or an opening of a letter that we did not send. `not-ours`: a call of the
 * older wire, or of another platform, that belongs to products we do not make. `bad-signature`: a webhook that nobody who knows
 * its secret has signed. `asked-enough`: an address that was asked to confirm as often as it may be, or too many asked from one place.
 * `shop-closed`: the merchant has closed the shop.
 */
export const dropReasons = [
  'bad-json',
  'too-large',
  'too-deep',
  'bad-event',
  'unknown-event',
  'bad-price',
  'bad-time',
  'unknown-shop',
  'bot',
  'prefetch',
  'internal',
  'rate-limit',
  'no-consent',
  'unproven-identity',
  'unknown-person',
  'unknown-letter',
  'not-ours',
  'bad-signature',
  'asked-enough',
  'shop-closed',
] as const;
export type DropReason = (typeof dropReasons)[number];

/**
 * `202` of `POST /e`: everything in the beacon is stored, or was stored before; `dropped` says why a beacon that is well
 * formed is not wanted (a crawler, a page loaded ahead, the shop's own people) and need not be sent again.
 */
export const beaconAnswerSchema = z.object({
  accepted: z.number().int(),
  repeated: z.number().int(),
  dropped: z.enum(dropReasons).optional(),
  /** The visitor that the cookie of an earlier visit named: the script goes on under this id. */
  visitor: visitorIdSchema.optional(),
});
