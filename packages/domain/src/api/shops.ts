import { z } from 'zod';
import { scenarioCodeSchema, scenarioSettingsSchema } from '../scenario.ts';
import { shopSettingsSchema } from '../shop.ts';

export const roleSchema = z.enum(['owner', 'editor', 'viewer']);
export type Role = z.infer<typeof roleSchema>;

/** `GET /api/shops`: the shops of the person who is signed in. */
export const shopListSchema = z.object({
  rows: z.array(z.object({ id: z.string(), name: z.string(), role: roleSchema })),
});

/** `GET /api/shops/:shop`. */
export const shopSchema = z.object({ id: z.string(), role: roleSchema, settings: shopSettingsSchema });
export type Shop = z.infer<typeof shopSchema>;

/** `POST /api/setup`, authorised by the setup token: makes the owner and the shop once; repeating it changes nothing. */
export const setupSchema = z.object({
  shop: z.object({ id: z.string().regex(/^[a-z0-9][a-z0-9-]{2,40}$/), settings: shopSettingsSchema }),
  owner: z.object({
    name: z.string().min(1),
    email: z.email(),
    password: z.string().min(10, 'a password has at least 10 characters'),
  }),
});

/** One scenario as the dashboard shows it. `blockedBy` names why it cannot be switched on yet. */
export const scenarioSchema = z.object({
  code: scenarioCodeSchema,
  name: z.string(),
  settings: scenarioSettingsSchema,
  blockedBy: z.string().nullable(),
  /** Every occasion of the last 30 days; the five figures and the waiting ones add up to `occasions`. */
  books: z.object({
    occasions: z.number().int(),
    waiting: z.number().int(),
    sent: z.number().int(),
    failed: z.number().int(),
    unknown: z.number().int(),
    suppressed: z.array(z.object({ reason: z.string(), words: z.string(), count: z.number().int() })),
  }),
});
export type Scenario = z.infer<typeof scenarioSchema>;
export const scenarioListSchema = z.object({ rows: z.array(scenarioSchema) });
/** `PATCH /api/shops/:shop/scenarios/:code`. */
export const scenarioPatchSchema = scenarioSettingsSchema.partial();
/** `GET /api/shops/:shop/scenarios/:code/preview`: the letter as it would look now, with the shop's own products. */
export const letterPreviewSchema = z.object({
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  bytes: z.number().int(),
});
