// Mailgun signs a time and a token, both in the body (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks).
import type { BounceKind, MailReport } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import { z } from 'zod';
import { bounceKind } from '../bounce-kind.ts';
import type { WebhookPost, WebhookRead } from './webhook.ts';
import { bytesOfHex, isHmac, isNear, jsonOf, letterIn, momentOf, reportOf } from './webhook.ts';

/** It posts again for eight hours where nobody answers, under the same signature. */
const toleranceMs = 9 * 3_600_000;
const postSchema = z.object({
  signature: z.object({ timestamp: z.string(), token: z.string(), signature: z.string() }),
  'event-data': z.object({
    event: z.string(),
    timestamp: z.number().optional(),
    severity: z.string().optional(),
    reason: z.string().optional(),
    recipient: z.string().optional(),
    'user-variables': z.record(z.string(), z.unknown()).optional(),
    message: z.object({ headers: z.object({ 'message-id': z.string().optional() }).optional() }).optional(),
    'delivery-status': z
      .object({
        code: z.number().optional(),
        'enhanced-code': z.string().optional(),
        message: z.string().optional(),
        description: z.string().nullish(),
      })
      .optional(),
  }),
});
type Event = z.infer<typeof postSchema>['event-data'];

export async function readMailgun({ body, secret, now }: WebhookPost): Promise<WebhookRead> {
  const read = postSchema.safeParse(jsonOf(body));
  if (!read.success) return refuse('this is no event of Mailgun');
  const { timestamp, token, signature } = read.data.signature;
  if (!isNear(timestamp, now, toleranceMs)) return refuse('the signature is too old');
  const signed = { key: secret, text: `${timestamp}${token}`, signature: bytesOfHex(signature) };
  if (!(await isHmac('SHA-256', signed))) return refuse('the signature does not fit');
  const report = reportIn(read.data['event-data'], now);
  return ok({ reports: report ? [report] : [] });
}

function reportIn(event: Event, now: number): MailReport | null {
  const status = event['delivery-status'];
  const letter = letterIn(event['user-variables']?.['letter'], event.message?.headers?.['message-id']);
  const base = { letter, recipient: event.recipient ?? null, at: momentOf(event.timestamp, now) };
  const words = status?.message || (status?.description ?? '');
  switch (event.event) {
    case 'delivered':
      return reportOf({ ...base, what: 'delivered', words });
    case 'failed':
      return reportOf({ ...base, what: 'bounced', kind: kindOf(event, words), words: words || (event.reason ?? '') });
    case 'complained':
      return reportOf({ ...base, what: 'complained' });
    case 'unsubscribed':
      return reportOf({ ...base, what: 'unsubscribed' });
    default:
      return null;
  }
}

function kindOf({ severity, reason, 'delivery-status': status }: Event, words: string): BounceKind {
  if (severity !== 'permanent') return 'soft';
  if (reason === 'suppress-bounce') return 'hard';
  const code = status?.['enhanced-code'] || null;
  const read = bounceKind({ action: null, status: code, words, around: '', refusedAt: null }) ?? 'unclear';
  // Mailgun looks at the words itself: `bounce` is its word for an address that is not there.
  return read === 'unclear' && reason === 'bounce' ? 'hard' : read;
}
