import { z } from 'zod';
import { momentSchema } from './lists.ts';

/**
 * The steps of forgetting a person. `stores`: the tables and the person's own stores. `first-look`: the raw events. `second-look`:
 * everything once more, for what was still under way when it began.
 */
export const erasureStepSchema = z.enum(['stores', 'first-look', 'second-look']);

/** How far the raw events are gone through: the keys of their objects sort by time. */
export const erasureProgressSchema = z.object({
  step: erasureStepSchema.default('stores'),
  /** Where the first hour begins. */
  from: z.string().default(''),
  /** The last object that was gone through in this step; empty: none yet. */
  after: z.string().default(''),
});
export type ErasureProgress = z.infer<typeof erasureProgressSchema>;

/** `DELETE /api/shops/:shop/subscribers/:id`, `GET /api/shops/:shop/erasures/:id`: a person who is being forgotten. */
export const erasureSchema = z.object({
  id: z.string(),
  step: erasureStepSchema,
  startedAt: momentSchema,
  /** Null while it goes on. */
  endedAt: momentSchema.nullable(),
  /** The raw events of all hours before this moment are gone through in this step; null: it has not come to them. */
  upTo: momentSchema.nullable(),
});
export type Erasure = z.infer<typeof erasureSchema>;
