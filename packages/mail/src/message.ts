// A rendered letter to a message with the headers that mailbox providers ask of senders.

import { z } from 'zod';

/** What a provider hands over. */
export const outgoingMessageSchema = z.object({
  /** The letter's id: it stands in Message-ID, so that bounces and replies find their way back. */
  letter: z.string(),
  messageId: z.string(),
  from: z.object({ name: z.string(), address: z.string() }),
  replyTo: z.string().nullable(),
  to: z.object({ name: z.string().nullable(), address: z.string() }),
  /** The envelope's sender, to which what cannot be delivered comes back; null: the address that it is from. */
  returnPath: z.string().nullable(),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  headers: z.record(z.string(), z.string()),
});
export type OutgoingMessage = z.infer<typeof outgoingMessageSchema>;

/**
 * One-click unsubscribe by RFC 2369 and RFC 8058; List-Id by RFC 2919; Feedback-ID as Google's postmaster tools read it: the last
 * field is the sender, and none of the first three is of one letter alone. Auto-Submitted by RFC 3834: no absence note is wanted. A
 * letter that comes once and asks (`unsubscribeUrl` null) belongs to no list. X-Winback-Letter names the letter where a
 * provider writes a Message-ID of its own.
 */
export function letterMessage(input: {
  letter: string;
  shop: string;
  scenario: string;
  sender: { name: string; address: string; replyTo?: string | null | undefined };
  to: { name: string | null; address: string };
  unsubscribeUrl: string | null;
  subject: string;
  html: string;
  text: string;
}): OutgoingMessage {
  const { letter, shop, scenario, sender, to, unsubscribeUrl, subject, html, text } = input;
  const domain = sender.address.slice(sender.address.lastIndexOf('@') + 1);
  return {
    letter,
    messageId: `<${letter}@${domain}>`,
    from: { name: sender.name, address: sender.address },
    replyTo: sender.replyTo ?? null,
    to,
    returnPath: null,
    subject,
    html,
    text,
    headers: {
      ...(unsubscribeUrl === null ? {} : { ...oneClick(unsubscribeUrl), 'List-Id': `<${shop}.${domain}>` }),
      'Feedback-ID': `${shop}:${scenario}:trigger:winback`,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Winback-Letter': letter,
    },
  };
}

function oneClick(url: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
