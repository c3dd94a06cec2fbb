// Mail that comes back: what it is, and of which letter it speaks. Reports of delivery (RFC 3464), complaints (RFC 5965), notes of
// absence (RFC 3834) and wishes to leave, also from systems that keep to none of these.
import type { BounceKind } from '@winback/domain';
import type { Address, Email } from 'postal-mime';
import PostalMime from 'postal-mime';
import { bounceKind } from './bounce-kind.ts';
import { isFromMailSystem, refusalsOf } from './refusals.ts';
import { sesNotification } from './ses-notification.ts';

export type ReturnedMail =
  | { is: 'bounce'; letter: string | null; recipients: { address: string | null; kind: BounceKind; words: string }[] }
  /** A report of feedback. Only `abuse` says that somebody called the letter spam: `not-spam` and `auth-failure` concern nobody’s wish. */
  | { is: 'complaint'; letter: string | null; type: string; words: string }
  /** A mail to `u+<letter>@…`, or a report that its reader opted out. */
  | { is: 'unsubscribe'; letter: string | null }
  /** A note of absence, a delay, a word of success, or anything that concerns nobody's address. */
  | { is: 'auto-reply' | 'notice' | 'other'; letter: string | null };

/** The id of a letter, wherever it stands in an address: `b+<letter>@…`, whatever a mail system made of its case. */
const plusId = /(?:^|[+=_-])([a-z2-7]{26})@/i;
const messageId = /^message-id:\s*<([a-z2-7]{26})@/im;

/** `to`: the envelope's recipient, which names the letter best. Throws where it is no message at all. */
export async function readReturnedMail(raw: Uint8Array | ArrayBuffer, to: string | null): Promise<ReturnedMail> {
  const mail = await PostalMime.parse(raw, { rfc822Attachments: true, forceRfc822Attachments: true });
  const parts = mail.attachments.map((part) => ({ type: part.mimeType.toLowerCase(), text: textOf(part.content) }));
  const letter = letterOf(mail, parts, to);
  if (isLeaving(mail, to)) return { is: 'unsubscribe', letter };
  const notified = sesNotification(mail.text ?? '');
  if (notified) return { ...notified, letter };
  if (isHotmailComplaint(mail)) return { is: 'complaint', letter, type: 'abuse', words: 'hotmail.com' };
  const feedback = parts.find((part) => part.type === 'message/feedback-report');
  if (feedback) return complaintOf(feedback.text, letter);
  const report = await reportIn(parts);
  if (report.length === 0 && isAutoReply(mail) && !isFromMailSystem(mail)) return { is: 'auto-reply', letter };
  const refusals = refusalsOf({ mail, report, raw });
  if (refusals === null) return { is: 'other', letter };
  const recipients = refusals.flatMap((refusal) => {
    const kind = bounceKind(refusal);
    return kind === null ? [] : [{ address: refusal.address, kind, words: shortened(refusal.words) }];
  });
  return recipients.length === 0 ? { is: 'notice', letter } : { is: 'bounce', letter, recipients };
}

/** The report, also where a gateway put the whole of it into a letter of its own. */
async function reportIn(parts: readonly { type: string; text: string }[]): Promise<string[]> {
  const here = parts.filter(({ type }) => type === 'message/delivery-status').map(({ text }) => text);
  const inside = parts.find(({ type, text }) => type === 'message/rfc822' && /message\/delivery-status/i.test(text));
  if (here.length > 0 || !inside) return here;
  const mail = await PostalMime.parse(inside.text, { forceRfc822Attachments: true });
  return mail.attachments.flatMap(({ mimeType, content }) =>
    mimeType.toLowerCase() === 'message/delivery-status' ? [textOf(content)] : [],
  );
}

function complaintOf(report: string, letter: string | null): ReturnedMail {
  const type = /^feedback-type:\s*([\w-]+)/im.exec(report)?.[1]?.toLowerCase() ?? 'abuse';
  if (type === 'opt-out' || type === 'opt-out-list') return { is: 'unsubscribe', letter };
  const by = /^(?:user-agent|source|reported-domain):\s*([^\r\n]+)/im.exec(report)?.[1] ?? type;
  return { is: 'complaint', letter, type, words: shortened(by) };
}

function letterOf(mail: Email, parts: readonly { type: string; text: string }[], to: string | null): string | null {
  const addresses = [to, ...addressesIn(mail.to), mail.deliveredTo].flatMap((one) => one ?? []);
  for (const address of addresses) {
    // BATV wraps an address: prvs=1234567890=b+letter@… (draft-levine-smtp-batv).
    const id = plusId.exec(address.replace(/^prvs=[^=]*=/i, ''))?.[1];
    if (id) return id.toLowerCase();
  }
  const returned = parts.filter(({ type }) => type === 'message/rfc822' || type === 'text/rfc822-headers');
  const inParts = messageId.exec(returned.map(({ text }) => text).join('\n'))?.[1];
  // Where the letter hangs below as plain text, its Message-ID stands in a line of it.
  return inParts ?? messageId.exec(mail.text ?? '')?.[1] ?? null;
}

function addressesIn(list: readonly Address[] | undefined): string[] {
  return (list ?? []).flatMap((one) => one.address ?? []);
}

/** Microsoft's reports of its consumers' complaints have no part that says so (JMRP before ARF). */
function isHotmailComplaint(mail: Email): boolean {
  return (
    /^complaint about message from /i.test(mail.subject?.trim() ?? '') &&
    /@hotmail\.com$/i.test(mail.from?.address ?? '')
  );
}

function isLeaving(mail: Email, to: string | null): boolean {
  // Mail programs answer List-Unsubscribe with this subject; Apple's says so in a header too.
  if (/^\s*unsubscribe\s*$/i.test(mail.subject ?? '') && !isFromMailSystem(mail)) return true;
  return [to, ...addressesIn(mail.to)].some((address) => address !== null && /^u\+[a-z2-7]{26}@/i.test(address));
}

function isAutoReply(mail: Email): boolean {
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value.toLowerCase() ?? null;
  const submitted = header('auto-submitted');
  if (submitted?.startsWith('auto-replied')) return true;
  if (header('x-autoreply') !== null || header('x-autorespond') !== null || header('x-auto-response') !== null)
    return true;
  const subject =
    /^(?:re: )?(?:auto(?:matic|mated)?[ :-]*(?:reply|response|answer|\w*antwort)|out of (?:the )?office|abwesen|vacation|i am (?:away|on)|autosvar|автоответ|réponse automatique|respuesta automática)/i;
  return subject.test(mail.subject ?? '') || header('precedence') === 'auto_reply';
}

function textOf(content: string | ArrayBuffer | Uint8Array): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}

function shortened(words: string): string {
  return words.replace(/\s+/g, ' ').trim().slice(0, 200) || 'no reason given';
}
