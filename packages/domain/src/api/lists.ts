import { z } from 'zod';

/** A page of a list: a cursor (opaque, null at the end) keeps the page in place while rows arrive before it. */
export const pageQuerySchema = z.object({
  q: z.string().trim().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ rows: z.array(row), total: z.number().int(), next: z.string().nullable() });
}

/** A moment: milliseconds since 1970. */
export const momentSchema = z.number().int();
