import { z } from 'zod';
import { consentSettingsSchema } from '../confirmation.ts';
import { shopSettingsSchema } from '../shop.ts';
import { subscriptionFormSchema } from '../subscription-form.ts';
import { captureSettingsSchema, privacySettingsSchema, trafficSettingsSchema } from '../traffic.ts';

/** `GET /api/shops/:shop/settings/storefront`: how shoppers are counted, what they allow, where they leave an address. */
export const storefrontSchema = shopSettingsSchema
  .pick({ traffic: true, privacy: true, capture: true, consent: true, form: true, standing: true })
  .extend({
    /** From which address this was asked; null: it is not known. */
    yourAddress: z.string().nullable(),
    /** A page that draws the form, for an iframe: it takes `{ form, color }` by postMessage. */
    formPreviewUrl: z.string(),
  });
export type Storefront = z.infer<typeof storefrontSchema>;

// A field that is not named stays as it is: none of these has a default.
const { paymentHosts, rawEventDays, ...traffic } = trafficSettingsSchema.shape;

/** `PATCH /api/shops/:shop/settings/storefront`: the fields that change. */
export const storefrontPatchSchema = z.strictObject({
  traffic: z
    .strictObject({ ...traffic, paymentHosts: paymentHosts.unwrap(), rawEventDays: rawEventDays.unwrap() })
    .partial()
    .optional(),
  privacy: z.strictObject(privacySettingsSchema.shape).partial().optional(),
  capture: z.strictObject(captureSettingsSchema.shape).partial().optional(),
  consent: z.strictObject(consentSettingsSchema.shape).partial().optional(),
  form: z.strictObject(subscriptionFormSchema.shape).partial().optional(),
  /** Opens or closes the shop, from now on. */
  open: z.boolean().optional(),
});
export type StorefrontPatch = z.infer<typeof storefrontPatchSchema>;
