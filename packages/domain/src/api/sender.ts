import { z } from 'zod';
import { providerConfigSchema, providerKindSchema, senderKindSchema } from '../provider.ts';
import { sendingLimitSchema } from '../sending-limit.ts';
import { shopSettingsSchema } from '../shop.ts';
import { momentSchema } from './lists.ts';

const { name, address, replyTo, postalAddress } = shopSettingsSchema.shape.sender.shape;

/** `PATCH /api/shops/:shop/settings/sender`: the fields that change. */
export const senderPatchSchema = z
  .strictObject({
    ...{ name, address, postalAddress },
    replyTo: replyTo.unwrap(),
    /** `begin`: this domain has not sent letters before; few go at first. `end`: as many as there are. Own providers only. */
    warmUp: z.enum(['begin', 'end']),
  })
  .partial();
export type SenderPatch = z.infer<typeof senderPatchSchema>;

/**
 * `PUT /api/shops/:shop/settings/provider`: the fields of {@link providerSettingsSchema}. A secret that is left out stays as it is,
 * unless it would be said to another server.
 */
export const providerPutSchema = z.looseObject({ kind: providerKindSchema });

/** `GET /api/shops/:shop/settings/sender`, and the answer to every change of it. */
export const senderStateSchema = z.object({
  sender: z.object({
    name: z.string(),
    address: z.string(),
    replyTo: z.string().nullable(),
    postalAddress: z.string(),
  }),
  logoUrl: z.string().nullable(),
  provider: z.object({
    kind: senderKindSchema,
    /** The fields that are no secrets. */
    config: providerConfigSchema,
    /** `unreadable`: the secrets were sealed under another AUTH_SECRET and have to be written again. */
    state: z.enum(['ready', 'unreadable']),
    /** Takes letters that sell; where not, they go through the operator's server. */
    marketing: z.boolean(),
  }),
  /** Whether letters may leave; `why` says what is to be done where not. */
  verified: z.object({ yes: z.boolean(), at: momentSchema.nullable(), why: z.string().nullable() }),
  /** What holds letters up. */
  limit: sendingLimitSchema.nullable(),
  /** Where a test letter goes: the address of who asks. */
  you: z.string(),
});
export type SenderState = z.infer<typeof senderStateSchema>;

/** `POST /api/shops/:shop/settings/provider/verify`: a letter was sent to who asks, and this came of it. */
export const senderVerifiedSchema = z.object({
  taken: z.boolean(),
  /** For people: what the provider said, or what is to be done. */
  words: z.string(),
  state: senderStateSchema,
});

/** One record that the sender's domain should have in the DNS. */
export const domainRecordSchema = z.object({
  what: z.enum(['proof', 'spf', 'dkim', 'dmarc', 'return-path']),
  type: z.enum(['TXT', 'CNAME', 'MX']),
  name: z.string(),
  /** What to write; null: only the provider's own page knows it. */
  wanted: z.string().nullable(),
  found: z.array(z.string()),
  /** `unknown`: the resolver did not answer, or only the provider knows. */
  state: z.enum(['good', 'missing', 'wrong', 'unknown']),
  /** What it is for, and what to do. */
  words: z.string(),
});
export type DomainRecord = z.infer<typeof domainRecordSchema>;

/** `GET /api/shops/:shop/settings/sender/domain`. */
export const domainCheckSchema = z.object({ domain: z.string(), records: z.array(domainRecordSchema) });

/** `PUT` and `DELETE /api/shops/:shop/settings/logo`. */
export const logoSchema = z.object({ logoUrl: z.string().nullable() });
export const logoLimits = { maxBytes: 300_000, maxPixels: 1_600 } as const;
