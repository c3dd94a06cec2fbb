import { z } from 'zod';

/**
 * Why mail came back. `hard`: nobody is there. `soft`: not now. `policy`: the receiver refuses the sender or the letter, and the
 * address is fine. `unclear`: for good, and nobody says why.
 */
export const bounceKinds = ['hard', 'soft', 'policy', 'unclear'] as const;
export type BounceKind = (typeof bounceKinds)[number];
export const bounceKindSchema = z.enum(bounceKinds);

/** What mail systems tell of a letter. */
export const returnKinds = ['delivered', 'bounced', 'complained', 'unsubscribed'] as const;
export type ReturnKind = (typeof returnKinds)[number];
export const returnKindSchema = z.enum(returnKinds);

/** One thing that a mail system told of a letter. */
export const mailReportSchema = z.object({
  /** The letter's id; null: it was not named, and `recipient` is all that is known. */
  letter: z.string().nullable(),
  recipient: z.string().nullable(),
  what: returnKindSchema,
  /** Of a bounce. */
  kind: bounceKindSchema.nullable(),
  /** The mail system's own words: text of strangers, cut to 200 characters, never markup. */
  words: z.string().transform((text) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 200)),
  at: z.number().int(),
});
export type MailReport = z.infer<typeof mailReportSchema>;

/** Providers that report by webhook. */
export const reportingProviders = ['ses', 'postmark', 'resend', 'sendgrid', 'mailgun', 'brevo', 'mandrill'] as const;
export const reportingProviderSchema = z.enum(reportingProviders);
export type ReportingProvider = z.infer<typeof reportingProviderSchema>;
