import { z } from 'zod';
import { momentSchema } from './lists.ts';

/** A background job that failed too often and waits for a person. */
export const parkedSchema = z.object({
  id: z.string(),
  kind: z.string(),
  at: momentSchema,
  attempts: z.number().int(),
  error: z.string(),
  subject: z.string(),
});
export type Parked = z.infer<typeof parkedSchema>;
/** `GET /api/shops/:shop/parked`; `POST /api/shops/:shop/parked/:id/retry` puts one back into its queue. */
export const parkedListSchema = z.object({ rows: z.array(parkedSchema) });
