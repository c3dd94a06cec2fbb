// Resend signs as Svix does (https://docs.svix.com/receiving/verifying-payloads/how-manual); events:
// https://resend.com/docs/dashboard/webhooks/event-types.
import type { BounceKind, MailReport } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import { z } from 'zod';
import { bounceKind } from '../bounce-kind.ts';
import type { WebhookPost, WebhookRead } from './webhook.ts';
import { bytesOfBase64, isHmac, isNear, jsonOf, letterIn, momentOf, reportOf } from './webhook.ts';

const toleranceMs = 5 * 60_000;
const eventSchema = z.object({
  type: z.string(),
  created_at: z.string().optional(),
  data: z.object({
    to: z.union([z.array(z.string()), z.string()]).optional(),
    tags: z
      .union([z.record(z.string(), z.string()), z.array(z.object({ name: z.string(), value: z.string() }))])
      .optional(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
    bounce: z
      .object({ type: z.string().optional(), subType: z.string().optional(), message: z.string().optional() })
      .optional(),
    failed: z.object({ reason: z.string().optional() }).optional(),
  }),
});

export async function readResend({ headers, body, secret, now }: WebhookPost): Promise<WebhookRead> {
  const [id, at] = [headers.get('svix-id') ?? '', headers.get('svix-timestamp') ?? ''];
  if (!isNear(at, now, toleranceMs)) return refuse('the signature is too old');
  const key = bytesOfBase64(secret.replace(/^whsec_/, ''));
  const signatures = (headers.get('svix-signature') ?? '')
    .split(' ')
    .flatMap((one) => (one.startsWith('v1,') ? [bytesOfBase64(one.slice(3))] : []));
  const checks = await Promise.all(
    signatures.slice(0, 8).map((signature) => isHmac('SHA-256', { key, text: `${id}.${at}.${body}`, signature })),
  );
  if (!checks.includes(true)) return refuse('the signature does not fit');
  const read = eventSchema.safeParse(jsonOf(body));
  if (!read.success) return refuse('this is no event of Resend');
  const report = reportIn(read.data, now);
  return ok({ reports: report ? [report] : [] });
}

function reportIn({ type, created_at: created, data }: z.infer<typeof eventSchema>, now: number): MailReport | null {
  const tag = Array.isArray(data.tags) ? data.tags.find(({ name }) => name === 'letter')?.value : data.tags?.['letter'];
  const messageId = data.headers?.find(({ name }) => name.toLowerCase() === 'message-id')?.value;
  const recipient = typeof data.to === 'string' ? data.to : (data.to?.[0] ?? null);
  const base = { letter: letterIn(tag, messageId), recipient, at: momentOf(created, now) };
  switch (type) {
    case 'email.delivered':
      return reportOf({ ...base, what: 'delivered' });
    case 'email.complained':
      return reportOf({ ...base, what: 'complained' });
    case 'email.bounced':
      return reportOf({ ...base, what: 'bounced', kind: kindOf(data.bounce), words: data.bounce?.message ?? '' });
    case 'email.suppressed':
      return reportOf({
        ...base,
        what: 'bounced',
        kind: 'hard',
        words: 'Resend knows that letters to this address come back',
      });
    default:
      return null;
  }
}

function kindOf(bounce: z.infer<typeof eventSchema>['data']['bounce']): BounceKind {
  const words = bounce?.message ?? '';
  const read = words === '' ? null : bounceKind({ action: null, status: null, words, around: '', refusedAt: null });
  if (bounce?.type === 'Permanent') return read === 'policy' || read === 'soft' ? read : 'hard';
  if (bounce?.type === 'Transient') return read === 'policy' ? 'policy' : 'soft';
  return read ?? 'unclear';
}
