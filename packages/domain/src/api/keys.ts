import { z } from 'zod';
import { momentSchema } from './lists.ts';

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The last four characters; null for those who may only look. */
  hint: z.string().nullable(),
  createdAt: momentSchema,
  /** From then on it opens nothing. */
  revokedAt: momentSchema.nullable(),
});
export type Key = z.infer<typeof keySchema>;

/** `GET /api/shops/:shop/keys`. */
export const keyListSchema = z.object({
  /** Public: it stands in the snippet. */
  shop: z.string(),
  /** Public: what PersonaClick's plugins and SDKs call the shop. */
  legacyId: z.string(),
  keys: z.array(keySchema),
});
export type KeyList = z.infer<typeof keyListSchema>;

const keyName = z.string().trim().min(1, 'name the key after what uses it').max(60, 'a name has at most 60 characters');

/** `POST /api/shops/:shop/keys`, and of a new one in the place of another: `POST …/keys/:id/rotate`. */
export const keyMakeSchema = z.strictObject({ name: keyName });
/** `secret` is seen here once: only its digest is kept. */
export const keyMadeSchema = z.object({ key: keySchema, secret: z.string() });

/**
 * `POST /api/shops/:shop/keys/adopt`: a secret that the shop's systems have already. Shorter ones, and ones of few different
 * characters, could be guessed.
 */
export const keyAdoptSchema = z.strictObject({
  name: keyName,
  secret: z
    .string()
    .trim()
    .min(20, 'a secret has at least 20 characters: a shorter one could be guessed')
    .max(128, 'a secret has at most 128 characters')
    .regex(/^[\x21-\x7e]*$/, 'a secret has letters, digits and signs, and no spaces')
    .refine((secret) => new Set(secret).size >= 8, 'a secret of so few different characters could be guessed'),
});
export const keyAdoptedSchema = z.object({ key: keySchema });

/** `POST /api/shops/:shop/keys/:id/revoke`: `revoked` false says that it was before. */
export const keyRevokedSchema = z.object({ revoked: z.boolean() });

/** `PATCH /api/shops/:shop/keys/legacy`: the id that the shop had before it came here. */
export const legacyIdPatchSchema = z.strictObject({
  legacyId: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[0-9a-f]{30}$/, 'a PersonaClick id has 30 characters: digits and the letters a to f'),
});
export const legacyIdSchema = z.object({ legacyId: z.string() });
