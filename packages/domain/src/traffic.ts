import { z } from 'zod';

const hostName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9\u0080-\uffff-]+(\.[a-z0-9\u0080-\uffff-]+)+$/u, 'write a host as pay.example');

/** Who is counted as a visitor, for how long, and where visitors are said to come from. */
export const trafficSettingsSchema = z.object({
  /** Silence after which a new session begins. */
  sessionIdleMs: z
    .number()
    .int()
    .min(60_000, 'a session lasts at least a minute')
    .max(86_400_000, 'a session ends after a day at the latest'),
  /** Addresses and networks (`203.0.113.7`, `2001:db8::/32`) of the shop's own people: what they do is not counted. */
  internalAddresses: z
    .array(
      z
        .string()
        .trim()
        .regex(/^[0-9a-f.:]+(\/\d{1,3})?$/i, 'write an address as 203.0.113.7 or 203.0.113.0/24'),
    )
    .max(50, 'at most 50 addresses'),
  /** Hosts that send shoppers back after they paid, besides the ones that are known: they are no source of a visit. */
  paymentHosts: z.array(hostName).max(50, 'at most 50 hosts').default([]),
  /** How long raw events are kept, in days. */
  rawEventDays: z
    .number()
    .int()
    .min(1, 'raw events are kept at least a day')
    .max(3_650, 'raw events are kept ten years at most')
    .default(400),
});
export type TrafficSettings = z.infer<typeof trafficSettingsSchema>;

/** The session of PersonaClick (two hours), raw events for thirteen months. */
export const trafficDefaults: TrafficSettings = {
  sessionIdleMs: 7_200_000,
  internalAddresses: [],
  paymentHosts: [],
  rawEventDays: 400,
};

/**
 * What a shopper allows. `none`: nothing leaves the browser. `functional`: nothing is told of them; recommendations are
 * everybody's. `analytics`: what they do is counted, no letter comes of it. `marketing`: letters may come of it.
 */
export const consentLevels = ['none', 'functional', 'analytics', 'marketing'] as const;
export type ConsentLevel = (typeof consentLevels)[number];

export const privacySettingsSchema = z.object({
  /** Global Privacy Control (`Sec-GPC: 1`) caps what a shopper allows at `analytics`. */
  honourGpc: z.boolean(),
  /** What counts until the shop's banner has said something. */
  defaultConsent: z.enum(consentLevels),
  /** `server`: a cookie that scripts cannot read, where our address is on the shop's own domain. `none`: no cookie at all. */
  cookie: z.enum(['server', 'none']),
});
export type PrivacySettings = z.infer<typeof privacySettingsSchema>;

export const privacyDefaults: PrivacySettings = { honourGpc: true, defaultConsent: 'marketing', cookie: 'server' };

const selector = z.string().trim().min(1).max(200, 'a selector has at most 200 characters');

/** Where addresses are heard in the storefront's own forms. A captured address is a candidate: it agrees to nothing by itself. */
export const captureSettingsSchema = z.object({
  /** Any e-mail field of any page, but for forms with a password. */
  anyField: z.boolean(),
  forms: z
    .array(
      z.object({
        /** CSS selector of the form. */
        form: selector,
        /** CSS selector of the shop's own checkbox in it: ticked means agreed. Null: the form itself is the agreement of nobody. */
        consentBox: selector.nullable(),
        /** For the consent log: `newsletter`, `account`. */
        source: z
          .string()
          .trim()
          .regex(/^[a-z0-9_-]{1,40}$/i, 'a source has 1 to 40 letters, digits, _ or -'),
      }),
    )
    .max(20, 'at most 20 forms'),
});
export type CaptureSettings = z.infer<typeof captureSettingsSchema>;

export const captureDefaults: CaptureSettings = { anyField: false, forms: [] };
