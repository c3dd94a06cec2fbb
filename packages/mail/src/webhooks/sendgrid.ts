// SendGrid signs by ECDSA on P-256 over the time and the raw body; what the merchant pastes is the public key
// (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features). Events:
// https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event.
import type { BounceKind, MailReport } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import { z } from 'zod';
import { bounceKind } from '../bounce-kind.ts';
import { ecdsaSignature } from './der.ts';
import type { WebhookPost, WebhookRead } from './webhook.ts';
import { bytesOfBase64, isNear, jsonOf, letterIn, momentOf, reportOf } from './webhook.ts';

/** It posts again for a day where nobody answers. */
const toleranceMs = 25 * 3_600_000;
const eventSchema = z.object({
  event: z.string(),
  email: z.string().optional(),
  timestamp: z.number().optional(),
  letter: z.unknown(),
  'smtp-id': z.string().optional(),
  type: z.string().optional(),
  status: z.string().optional(),
  reason: z.string().optional(),
  response: z.string().optional(),
});
type Event = z.infer<typeof eventSchema>;

export async function readSendgrid({ headers, body, secret, now }: WebhookPost): Promise<WebhookRead> {
  const at = headers.get('x-twilio-email-event-webhook-timestamp') ?? '';
  const signature = headers.get('x-twilio-email-event-webhook-signature') ?? '';
  if (!isNear(at, now, toleranceMs)) return refuse('the signature is too old');
  if (!(await isSigned({ secret, signature, text: `${at}${body}` }))) return refuse('the signature does not fit');
  const read = z.array(z.unknown()).safeParse(jsonOf(body));
  if (!read.success) return refuse('this is no list of events of SendGrid');
  const events = read.data.flatMap((one) => eventSchema.safeParse(one).data ?? []);
  return ok({ reports: events.flatMap((event) => reportIn(event, now) ?? []) });
}

async function isSigned(of: { secret: string; signature: string; text: string }): Promise<boolean> {
  const raw = ecdsaSignature(bytesOfBase64(of.signature));
  if (!raw) return false;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  try {
    const key = await crypto.subtle.importKey('spki', bytesOfBase64(of.secret), algorithm, false, ['verify']);
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, new TextEncoder().encode(of.text));
  } catch {
    return false; // what was pasted is no public key
  }
}

function reportIn(event: Event, now: number): MailReport | null {
  const { email: recipient = null, reason = '', response = '' } = event;
  const base = { letter: letterIn(event.letter, event['smtp-id']), recipient, at: momentOf(event.timestamp, now) };
  switch (event.event) {
    case 'delivered':
      return reportOf({ ...base, what: 'delivered', words: response });
    case 'bounce':
      return reportOf({ ...base, what: 'bounced', kind: kindOf(event), words: reason });
    case 'dropped':
      // Known to come back, or to complain: SendGrid did not even try.
      if (/bounced address|invalid/i.test(reason))
        return reportOf({ ...base, what: 'bounced', kind: 'hard', words: reason });
      return /spam reporting/i.test(reason) ? reportOf({ ...base, what: 'complained', words: reason }) : null;
    case 'spamreport':
      return reportOf({ ...base, what: 'complained' });
    case 'unsubscribe':
    case 'group_unsubscribe':
      return reportOf({ ...base, what: 'unsubscribed' });
    default:
      return null;
  }
}

function kindOf({ type, status: given, reason = '' }: Event): BounceKind {
  const status = given ?? null;
  const read = bounceKind({ action: null, status, words: reason, around: '', refusedAt: null }) ?? 'unclear';
  // `blocked`: refused for the sender's sake or for now; the address is fine.
  if (type === 'blocked') return read === 'soft' ? 'soft' : 'policy';
  return read === 'unclear' && status?.startsWith('5') ? 'hard' : read;
}
