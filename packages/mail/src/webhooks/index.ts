import type { ReportingProvider } from '@winback/domain';
import { readBrevo } from './brevo.ts';
import { readMailgun } from './mailgun.ts';
import { readMandrill } from './mandrill.ts';
import { readPostmark } from './postmark.ts';
import { readResend } from './resend.ts';
import { readSendgrid } from './sendgrid.ts';
import { readSes } from './ses.ts';
import type { WebhookPost, WebhookRead } from './webhook.ts';

export type { WebhookPost, WebhookRead, WebhookSaid } from './webhook.ts';

const readers = {
  ses: readSes,
  postmark: readPostmark,
  resend: readResend,
  sendgrid: readSendgrid,
  mailgun: readMailgun,
  brevo: readBrevo,
  mandrill: readMandrill,
} as const satisfies Record<ReportingProvider, (post: WebhookPost) => Promise<WebhookRead>>;

/** What a provider's webhook says; refused, in one sentence, where it is not signed as it should be. Never throws. */
export function readWebhook(provider: ReportingProvider, post: WebhookPost): Promise<WebhookRead> {
  return readers[provider](post);
}
