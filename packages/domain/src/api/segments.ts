import { z } from 'zod';

/** `GET /api/shops/:shop/segments`: lists of people that the shop's systems keep. */
export const segmentListSchema = z.object({
  rows: z.array(z.object({ id: z.number().int(), name: z.string(), people: z.number().int() })),
});
