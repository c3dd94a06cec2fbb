// A message as it goes over the wire (RFC 5322, MIME), signed where we have the key of its domain (RFC 6376).
import DKIM from 'nodemailer/lib/dkim';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutgoingMessage } from '../message.ts';
import { plainName } from './mailbox.ts';

export interface DkimKey {
  domain: string;
  selector: string;
  /** PEM. */
  privateKey: string;
}

/** RFC 8058 §4: both headers of one-click must be signed, or mailbox providers do not show the button. */
const signedHeaders = [
  'from',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'to',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'feedback-id',
  'auto-submitted',
].join(':');

export async function mimeOf(message: OutgoingMessage, key: DkimKey | null = null): Promise<Buffer> {
  const { from, to, replyTo, subject, html, text, headers, messageId } = message;
  const mail = {
    from: { name: plainName(from.name), address: from.address },
    to: { name: plainName(to.name), address: to.address },
    ...(replyTo === null ? {} : { replyTo }),
    ...{ subject, html, text, headers, messageId },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  };
  const bytes = await new MailComposer(mail).compile().build();
  return key === null ? bytes : signed(bytes, key);
}

function signed(bytes: Buffer, { domain, selector, privateKey }: DkimKey): Promise<Buffer> {
  const keys = [{ domainName: domain, keySelector: selector, privateKey }];
  const stream = new DKIM({ keys, headerFieldNames: signedHeaders }).sign(bytes);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => resolve(Buffer.concat(chunks)));
  });
}
