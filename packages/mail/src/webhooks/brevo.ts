// Brevo signs nothing; a webhook carries a token of ours (https://developers.brevo.com/docs/username-and-password-authentication).
// Events: https://developers.brevo.com/docs/transactional-webhooks.
import type { BounceKind, MailReport } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import { z } from 'zod';
import type { WebhookPost, WebhookRead } from './webhook.ts';
import { isSameText, jsonOf, letterIn, momentOf, reportOf } from './webhook.ts';

const eventSchema = z.object({
  event: z.string(),
  email: z.string().optional(),
  reason: z.string().optional(),
  ts_event: z.number().optional(),
  ts: z.number().optional(),
  'message-id': z.string().optional(),
  'X-Mailin-custom': z.string().optional(),
  tags: z.array(z.string()).optional(),
  tag: z.string().optional(),
});

const bounces: Readonly<Record<string, BounceKind>> = {
  hard_bounce: 'hard',
  invalid_email: 'hard',
  soft_bounce: 'soft',
  blocked: 'policy',
};

export async function readBrevo({ headers, body, secret, now }: WebhookPost): Promise<WebhookRead> {
  const given = /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
  if (!(await isSameText(given, secret))) return refuse('the token does not fit');
  const read = z.union([z.array(eventSchema), eventSchema]).safeParse(jsonOf(body));
  if (!read.success) return refuse('this is no event of Brevo');
  const events = Array.isArray(read.data) ? read.data : [read.data];
  return ok({ reports: events.flatMap((event) => reportIn(event, now) ?? []) });
}

function reportIn(event: z.infer<typeof eventSchema>, now: number): MailReport | null {
  const letter = letterIn(event['X-Mailin-custom'], ...(event.tags ?? []), event.tag, event['message-id']);
  const base = { letter, recipient: event.email ?? null, at: momentOf(event.ts_event ?? event.ts, now) };
  const kind = bounces[event.event];
  if (kind) return reportOf({ ...base, what: 'bounced', kind, words: event.reason ?? '' });
  switch (event.event) {
    case 'delivered':
      return reportOf({ ...base, what: 'delivered' });
    case 'spam':
    case 'complaint':
      return reportOf({ ...base, what: 'complained' });
    case 'unsubscribed':
      return reportOf({ ...base, what: 'unsubscribed' });
    default:
      return null;
  }
}
