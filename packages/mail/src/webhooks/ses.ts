// Amazon SES tells through SNS, which signs by RSA under a certificate of Amazon's own host
// (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html). What the merchant pastes is the topic's ARN: a
// message of another topic, however well it is signed, is somebody else's.
import { ok, refuse } from '@winback/domain';
import { z } from 'zod';
import { sesReports } from '../ses-notification.ts';
import { publicKeyOf } from './der.ts';
import type { WebhookPost, WebhookRead } from './webhook.ts';
import { bytesOfBase64, isSameText, jsonOf, reportOf } from './webhook.ts';

/** SNS posts again for an hour or so. */
const toleranceMs = 25 * 3_600_000;
const snsSchema = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  Subject: z.string().optional(),
  Token: z.string().optional(),
  SubscribeURL: z.string().optional(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
});
type Sns = z.infer<typeof snsSchema>;

export async function readSes({ body, secret, now, certificate }: WebhookPost): Promise<WebhookRead> {
  const read = snsSchema.safeParse(jsonOf(body));
  if (!read.success) return refuse('this is no message of Amazon SNS');
  const message = read.data;
  if (!(await isSameText(message.TopicArn, secret.trim()))) return refuse('it is of another topic');
  if (!isAmazons(message.SigningCertURL, /\.pem$/)) return refuse('its certificate is not of Amazon’s host');
  if (!(Math.abs(now - Date.parse(message.Timestamp)) <= toleranceMs)) return refuse('the signature is too old');
  const pem = await certificate(message.SigningCertURL);
  if (pem === null || !(await isSigned(message, pem))) return refuse('the signature does not fit');
  if (message.Type === 'SubscriptionConfirmation') {
    const { SubscribeURL: confirm = '' } = message;
    return isAmazons(confirm, /^\/$/) ? ok({ reports: [], confirm }) : refuse('it wants an answer at another host');
  }
  if (message.Type !== 'Notification') return ok({ reports: [] });
  const reports = sesReports(jsonOf(message.Message), now) ?? [];
  return ok({ reports: reports.map((report) => reportOf(report)) });
}

/** `sns.<region>.amazonaws.com` and nothing that only looks like it. */
function isAmazons(address: string, path: RegExp): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, port, username, pathname } = new URL(address);
  const isHost = /^sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/.test(hostname);
  return protocol === 'https:' && isHost && port === '' && username === '' && path.test(pathname);
}

async function isSigned(message: Sns, pem: string): Promise<boolean> {
  const spki = publicKeyOf(pem);
  if (!spki) return false;
  const hash = message.SignatureVersion === '2' ? 'SHA-256' : 'SHA-1';
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash };
  try {
    const key = await crypto.subtle.importKey('spki', spki, algorithm, false, ['verify']);
    return await crypto.subtle.verify(algorithm, key, bytesOfBase64(message.Signature), signedText(message));
  } catch {
    return false; // a certificate of another kind of key
  }
}

function signedText(message: Sns): Uint8Array<ArrayBuffer> {
  const fields =
    message.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  const lines = fields.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`]));
  return Uint8Array.from(new TextEncoder().encode(lines.join('')));
}
