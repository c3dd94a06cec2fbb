import { z } from 'zod';

/** What holds up letters through one provider's account, as a merchant is told. Times in milliseconds since 1970. */
export const sendingLimitSchema = z.object({
  /** Letters a second; null: no limit is known. */
  perSecond: z.number().nullable(),
  /** Nothing goes before; null: it is not paused. */
  pausedUntil: z.number().nullable(),
  /** The provider's own words. */
  because: z.string().nullable(),
  /** Since when a new domain is warmed up, and how many letters it may send on this day of it; null: it is not. */
  warmUp: z.object({ from: z.number(), day: z.number().int(), today: z.number().int() }).nullable(),
});
export type SendingLimit = z.infer<typeof sendingLimitSchema>;
