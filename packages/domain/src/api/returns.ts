import { z } from 'zod';
import { reportingProviderSchema } from '../letter-return.ts';
import { scenarioCodeSchema } from '../scenario.ts';
import { momentSchema } from './lists.ts';

/** How a mail provider's reports reach us. */
export const reportingSchema = z.object({
  provider: reportingProviderSchema,
  /** What is pasted at the provider. Where we chose the password, it stands in the address only in the answer that made it. */
  address: z.string(),
  state: z.enum(['none', 'connected', 'unreadable']),
  /** The last report that was believed. */
  last: z.object({ what: z.string(), at: momentSchema }).nullable(),
});
export type Reporting = z.infer<typeof reportingSchema>;

/** `GET /api/shops/:shop/returns`: who reports, and how the shop's letters fare. */
export const returnsSchema = z.object({
  providers: z.array(reportingSchema),
  sending: z.object({
    level: z.enum(['fine', 'warn', 'pause']),
    /** What is wrong and what to do; null: nothing. */
    words: z.string().nullable(),
    /** Letters wait since then; null: they go. */
    pausedAt: momentSchema.nullable(),
    /** Of the last seven days, or since the letters were let go again. */
    sent: z.number().int(),
    bounced: z.number().int(),
    complained: z.number().int(),
  }),
});
export type Returns = z.infer<typeof returnsSchema>;

/** `PUT /api/shops/:shop/returns/:provider`. Left out: a password is made, for providers that take one of ours. */
export const reportingPutSchema = z.strictObject({
  secret: z
    .string()
    .trim()
    .min(8, 'a secret has at least 8 characters: copy the whole of it')
    .max(1_000, 'a secret has at most 1000 characters')
    .optional(),
});

/** A provider with the address to paste, once, where a password is in it. */
export const reportingMadeSchema = reportingSchema.extend({ token: z.string().nullable() });

/** `GET /api/shops/:shop/answers`: how people answered to the letters of the last 30 days, by scenario. */
export const answersSchema = z.object({
  rows: z.array(
    z.object({
      scenario: scenarioCodeSchema,
      sent: z.number().int(),
      delivered: z.number().int(),
      bounced: z.number().int(),
      complained: z.number().int(),
      opened: z.number().int(),
      clicked: z.number().int(),
      clicks: z.number().int(),
      machinesOnly: z.number().int(),
    }),
  ),
});
