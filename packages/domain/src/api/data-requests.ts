import { z } from 'zod';
import { platformSchema } from './connections.ts';
import { momentSchema } from './lists.ts';

/** A person asked what is known of them, and nobody has answered yet. */
export const dataRequestSchema = z.object({
  person: z.string(),
  /** Through which platform. */
  platform: platformSchema,
  at: momentSchema,
});
export type DataRequest = z.infer<typeof dataRequestSchema>;

/** `GET /api/shops/:shop/data-requests`: oldest first, with the person's address. */
export const dataRequestsSchema = z.object({ requests: z.array(dataRequestSchema.extend({ email: z.string() })) });

export type DataRequests = z.infer<typeof dataRequestsSchema>;

const row = z.record(z.string(), z.unknown());
/**
 * `GET /api/shops/:shop/subscribers/:id/export`: everything that is kept of a person, but for raw events, as rows are kept: times
 * are milliseconds since 1970, money is minor units.
 */
export const personExportSchema = z.object({
  exportedAt: z.string(),
  shop: z.object({ id: z.string(), name: z.string() }),
  person: row,
  consentLog: z.array(row),
  /** Why no letter goes to their address; null: nothing is in the way but what they agreed to. */
  suppression: row.nullable(),
  browsers: z.array(row),
  orders: z.array(row),
  letters: z.array(row),
  /** When they came by a letter, what mail systems told of their letters, what was opened and pressed in them, how often they want any. */
  arrivals: z.array(row),
  returns: z.array(row),
  touches: z.array(row),
  wishes: z.array(row),
  ratings: z.array(row),
  watches: z.array(row),
  segments: z.array(row),
  /** What their home and each of their browsers remember: cart, what was looked at, letters with each step. */
  memory: z.array(z.object({ of: z.string(), state: row, letters: z.array(row) })),
});
export type PersonExport = z.infer<typeof personExportSchema>;
