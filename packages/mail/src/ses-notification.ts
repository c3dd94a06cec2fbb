// What Amazon SES tells of a letter: as mail, and inside of what SNS posts. Field names as
// https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html and event-publishing-retrieving-sns-contents.html have them.
import type { BounceKind, MailReport } from '@winback/domain';
import { z } from 'zod';
import { bounceKind } from './bounce-kind.ts';

const recipient = z.object({ emailAddress: z.string().optional() });
const notificationSchema = z.object({
  notificationType: z.string().optional(),
  eventType: z.string().optional(),
  mail: z
    .object({
      timestamp: z.string().optional(),
      destination: z.array(z.string()).optional(),
      tags: z.record(z.string(), z.array(z.string())).optional(),
      headers: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
    })
    .optional(),
  bounce: z
    .object({
      bounceType: z.string(),
      bounceSubType: z.string().optional(),
      bouncedRecipients: z
        .array(
          recipient.extend({
            action: z.string().optional(),
            status: z.string().optional(),
            diagnosticCode: z.string().optional(),
          }),
        )
        .default([]),
      timestamp: z.string().optional(),
    })
    .optional(),
  complaint: z
    .object({
      complainedRecipients: z.array(recipient).default([]),
      complaintFeedbackType: z.string().optional(),
      timestamp: z.string().optional(),
    })
    .optional(),
  delivery: z.object({ timestamp: z.string().optional(), smtpResponse: z.string().optional() }).optional(),
});
type Notification = z.infer<typeof notificationSchema>;

/** What a notification says; `[]` where it concerns no letter's fate. Null: it is none. */
export function sesReports(payload: unknown, now: number): MailReport[] | null {
  const read = notificationSchema.safeParse(payload);
  if (!read.success) return null;
  const { mail } = read.data;
  const what = (read.data.notificationType ?? read.data.eventType ?? '').toLowerCase();
  const base = { letter: letterOf(mail), recipient: mail?.destination?.[0] ?? null, kind: null, words: '' };
  if (what === 'delivery') {
    const { timestamp, smtpResponse = '' } = read.data.delivery ?? {};
    return [{ ...base, what: 'delivered', words: smtpResponse.slice(0, 200), at: momentOf(timestamp, now) }];
  }
  if (what === 'complaint') {
    const { complaintFeedbackType: type = 'abuse', timestamp, complainedRecipients = [] } = read.data.complaint ?? {};
    if (type === 'not-spam' || type === 'auth-failure') return [];
    const whom = complainedRecipients[0]?.emailAddress ?? base.recipient;
    return [{ ...base, recipient: whom, what: 'complained', words: type, at: momentOf(timestamp, now) }];
  }
  if (what !== 'bounce' || !read.data.bounce) return [];
  const { bouncedRecipients, timestamp } = read.data.bounce;
  const [first] = bouncedRecipients;
  const words = (first?.diagnosticCode ?? read.data.bounce.bounceSubType ?? '').slice(0, 200);
  const whom = first?.emailAddress ?? base.recipient;
  return [
    { ...base, recipient: whom, what: 'bounced', kind: kindOf(read.data.bounce), words, at: momentOf(timestamp, now) },
  ];
}

/** A notification that came as mail, alone or inside of what SNS writes around it. */
export function sesNotification(
  text: string,
):
  | { is: 'bounce'; recipients: { address: string | null; kind: BounceKind; words: string }[] }
  | { is: 'complaint'; type: string; words: string }
  | { is: 'notice' }
  | null {
  if (!text.trimStart().startsWith('{') || !/notificationType/.test(text)) return null;
  const [report, ...more] = sesReports(unwrapped(text.slice(0, text.lastIndexOf('}') + 1).trim()), 0) ?? [];
  if (!report || more.length > 0) return { is: 'notice' };
  if (report.what === 'complained') return { is: 'complaint', type: 'abuse', words: report.words };
  if (report.what !== 'bounced' || report.kind === null) return { is: 'notice' };
  return { is: 'bounce', recipients: [{ address: report.recipient, kind: report.kind, words: report.words }] };
}

function unwrapped(text: string): unknown {
  try {
    // Mail systems fold long lines, also within what was JSON.
    const outer: unknown = JSON.parse((text.split(/\n--\s*\n/, 1)[0] ?? '').replace(/\r?\n ?/g, ''));
    const inner = z.object({ Message: z.string() }).safeParse(outer);
    return inner.success ? JSON.parse(inner.data.Message) : outer;
  } catch {
    return null; // it only looked like one
  }
}

/** The server's words where there are some; else Amazon's own verdict (bounceType). */
function kindOf({
  bounceType,
  bounceSubType,
  bouncedRecipients: [first],
}: NonNullable<Notification['bounce']>): BounceKind {
  if (/Suppress/i.test(bounceSubType ?? '')) return 'hard';
  const { status = null, diagnosticCode } = first ?? {};
  const read = diagnosticCode
    ? bounceKind({ action: null, status, words: diagnosticCode, around: '', refusedAt: null })
    : null;
  if (bounceType === 'Transient') return read === 'policy' ? 'policy' : 'soft';
  if (bounceType === 'Permanent') return read === 'policy' || read === 'soft' ? read : 'hard';
  return read ?? 'unclear';
}

function letterOf(mail: Notification['mail']): string | null {
  const tag = mail?.tags?.['letter']?.[0];
  if (tag) return /^[a-z2-7]{26}$/i.test(tag) ? tag.toLowerCase() : null;
  const header = mail?.headers?.find(({ name }) => name.toLowerCase() === 'message-id')?.value ?? '';
  return /<?([a-z2-7]{26})@/.exec(header)?.[1] ?? null;
}

function momentOf(timestamp: string | undefined, now: number): number {
  const at = Date.parse(timestamp ?? '');
  return Number.isNaN(at) ? now : at;
}
