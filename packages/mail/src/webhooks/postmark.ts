// Postmark signs nothing: the address that it posts to carries a user name and a password
// (https://postmarkapp.com/developer/webhooks/webhooks-overview). Types of bounces:
// https://postmarkapp.com/developer/api/bounce-api#bounce-types.
import type { BounceKind, MailReport } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import { z } from 'zod';
import type { WebhookPost, WebhookRead } from './webhook.ts';
import { isSameText, jsonOf, letterIn, momentOf, reportOf } from './webhook.ts';

const eventSchema = z.object({
  RecordType: z.string(),
  Recipient: z.string().optional(),
  Email: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
  Type: z.string().optional(),
  Description: z.string().optional(),
  Details: z.string().optional(),
  DeliveredAt: z.string().optional(),
  BouncedAt: z.string().optional(),
  ChangedAt: z.string().optional(),
  SuppressSending: z.boolean().optional(),
  SuppressionReason: z.string().nullish(),
});

const kinds: Readonly<Record<string, BounceKind>> = {
  HardBounce: 'hard',
  BadEmailAddress: 'hard',
  ManuallyDeactivated: 'hard',
  AddressChange: 'soft',
  Transient: 'soft',
  DnsError: 'soft',
  SoftBounce: 'soft',
  Unknown: 'unclear',
  SpamNotification: 'policy',
  VirusNotification: 'policy',
  ChallengeVerification: 'policy',
  OpenRelayTest: 'policy',
  Blocked: 'policy',
  DMARCPolicy: 'policy',
};

export async function readPostmark({ headers, body, secret, now }: WebhookPost): Promise<WebhookRead> {
  const given = /^Basic (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
  if (!(await isSameText(given, btoa(`winback:${secret}`)))) return refuse('the password does not fit');
  const read = eventSchema.safeParse(jsonOf(body));
  if (!read.success) return refuse('this is no event of Postmark');
  const report = reportIn(read.data, now);
  return ok({ reports: report ? [report] : [] });
}

function reportIn(event: z.infer<typeof eventSchema>, now: number): MailReport | null {
  const base = { letter: letterIn(event.Metadata?.['letter']), recipient: event.Recipient ?? event.Email ?? null };
  const words = event.Details ?? event.Description ?? '';
  switch (event.RecordType) {
    case 'Delivery':
      return reportOf({ ...base, what: 'delivered', words, at: momentOf(event.DeliveredAt, now) });
    case 'SpamComplaint':
      return reportOf({ ...base, what: 'complained', at: momentOf(event.BouncedAt, now) });
    case 'Bounce': {
      const kind = kinds[event.Type ?? ''];
      const at = momentOf(event.BouncedAt, now);
      if (event.Type === 'SpamComplaint') return reportOf({ ...base, what: 'complained', at });
      if (event.Type === 'Unsubscribe') return reportOf({ ...base, what: 'unsubscribed', at });
      // Notes of absence, and what concerns the sender's own set-up, are no bounces.
      return kind ? reportOf({ ...base, what: 'bounced', kind, words, at }) : null;
    }
    case 'SubscriptionChange':
      // The other reasons are told by their own events.
      return event.SuppressSending && event.SuppressionReason === 'ManualSuppression'
        ? reportOf({ ...base, what: 'unsubscribed', at: momentOf(event.ChangedAt, now) })
        : null;
    default:
      return null;
  }
}
