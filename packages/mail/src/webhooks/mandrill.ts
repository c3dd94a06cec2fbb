// Mailchimp Transactional signs its address and the form's fields
// (https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests).
import type { MailReport } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import { z } from 'zod';
import { bounceKind } from '../bounce-kind.ts';
import type { WebhookPost, WebhookRead } from './webhook.ts';
import { bytesOfBase64, isHmac, jsonOf, letterIn, momentOf, reportOf } from './webhook.ts';

const eventSchema = z.object({
  event: z.string(),
  ts: z.number().optional(),
  msg: z
    .object({
      email: z.string().optional(),
      metadata: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
      diag: z.string().nullish(),
      bounce_description: z.string().nullish(),
    })
    .optional(),
});

export async function readMandrill({ headers, body, url, secret, now }: WebhookPost): Promise<WebhookRead> {
  const fields = [...new URLSearchParams(body)].sort(([one], [other]) => (one < other ? -1 : 1));
  const text = url + fields.map(([name, value]) => name + value).join('');
  const signature = bytesOfBase64(headers.get('x-mandrill-signature') ?? '');
  if (!(await isHmac('SHA-1', { key: secret, text, signature }))) return refuse('the signature does not fit');
  const list = jsonOf(fields.find(([name]) => name === 'mandrill_events')?.[1] ?? '');
  const read = z.array(z.unknown()).safeParse(list);
  if (!read.success) return refuse('this is no list of events of Mailchimp Transactional');
  const events = read.data.flatMap((one) => eventSchema.safeParse(one).data ?? []);
  return ok({ reports: events.flatMap((event) => reportIn(event, now) ?? []) });
}

function reportIn({ event, ts, msg }: z.infer<typeof eventSchema>, now: number): MailReport | null {
  const metadata: unknown = msg?.metadata;
  const letter = letterIn(typeof metadata === 'object' && metadata ? Reflect.get(metadata, 'letter') : null);
  const base = { letter, recipient: msg?.email ?? null, at: momentOf(ts, now) };
  const words = msg?.diag || (msg?.bounce_description ?? '');
  switch (event) {
    case 'delivered':
      return reportOf({ ...base, what: 'delivered' });
    case 'hard_bounce': {
      const read = bounceKind({ action: null, status: null, words, around: '', refusedAt: null });
      return reportOf({ ...base, what: 'bounced', kind: read === 'policy' || read === 'soft' ? read : 'hard', words });
    }
    case 'soft_bounce':
      return reportOf({ ...base, what: 'bounced', kind: 'soft', words });
    case 'spam':
      return reportOf({ ...base, what: 'complained' });
    case 'unsub':
      return reportOf({ ...base, what: 'unsubscribed' });
    default:
      return null;
  }
}
