import { z } from 'zod';
import { dropReasons, eventTypes } from '../beacon.ts';
import { problemSchema } from '../problem.ts';
import { momentSchema } from './lists.ts';

/** `GET /api/shops/:shop/install`: the snippet, a light for each kind of event, and what was turned away. */
export const installSchema = z.object({
  snippet: z.string(),
  lights: z.array(
    z.object({
      type: z.enum(eventTypes),
      /** Events of this type stored so far, and when the last one came. */
      count: z.number().int(),
      lastAt: momentSchema.nullable(),
      /** The last payload as the storefront sent it (JSON), while the live view still remembers it. */
      last: z.string().nullable(),
    }),
  ),
  /** Events of the last seven days that named products which the feed does not have, and some of those; null: none did. */
  unknownProducts: z.object({ events: z.number().int(), lastAt: momentSchema, sample: z.array(z.string()) }).nullable(),
  drops: z.array(
    z.object({
      reason: z.enum(dropReasons),
      count: z.number().int(),
      lastAt: momentSchema,
      sample: z.string(),
      problems: z.array(problemSchema),
    }),
  ),
});
export type Install = z.infer<typeof installSchema>;
