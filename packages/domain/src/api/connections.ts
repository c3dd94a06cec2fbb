import { z } from 'zod';
import { momentSchema } from './lists.ts';

/** What a shop's other systems are. Each speaks its own dialect; what it says becomes the same events. */
export const platforms = ['shopify', 'woocommerce', 'google-tag-manager', 'segment'] as const;
export const platformSchema = z.enum(platforms);
export type Platform = z.infer<typeof platformSchema>;

/** `signed`: its messages carry a signature by the platform's secret. `key`: they carry the shop's own key. `browser`: it has no server. */
export const platformKinds = {
  shopify: 'signed',
  woocommerce: 'signed',
  'google-tag-manager': 'browser',
  segment: 'key',
} as const satisfies Record<Platform, 'signed' | 'key' | 'browser'>;

export const connectionOptionsSchema = z.strictObject({
  /** The trait that, when it is true, says that the person agreed to letters (Segment). Null: none does. */
  consentTrait: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_. -]{1,64}$/, 'a trait’s name has 1 to 64 letters, digits, spaces or _ . -')
    .nullable()
    .default(null),
});
export type ConnectionOptions = z.infer<typeof connectionOptionsSchema>;

/** `PUT /api/shops/:shop/connections/:platform`. A secret that is left out stays as it is; none is ever shown again. */
export const connectionPutSchema = z.strictObject({
  secret: z
    .string()
    .trim()
    .min(8, 'a secret has at least 8 characters: copy the whole of it')
    .max(500, 'a secret has at most 500 characters')
    .optional(),
  options: connectionOptionsSchema.optional(),
});

export const connectionSchema = z.object({
  platform: platformSchema,
  kind: z.enum(['signed', 'key', 'browser']),
  /** What is typed into the platform: where it posts, or which script it loads. */
  address: z.string(),
  /** `unreadable`: the secret was sealed under another AUTH_SECRET and has to be written again. */
  state: z.enum(['none', 'connected', 'unreadable']),
  connectedAt: momentSchema.nullable(),
  options: connectionOptionsSchema,
  /** The last message that was believed. */
  last: z.object({ topic: z.string(), at: momentSchema }).nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** `GET /api/shops/:shop/connections`. */
export const connectionListSchema = z.object({ rows: z.array(connectionSchema) });
