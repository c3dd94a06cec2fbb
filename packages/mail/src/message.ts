// A rendered letter to a message with the headers that mailbox providers ask of senders.

import { z } from 'zod';

/** What a provider hands over. */
export const outgoingMessageSchema = z.object({
  /** The letter's id: it stands in Message-ID, so that bounces and replies find their way back. */
  letter: z.string(),
  messageId: z.string(),
  from: z.object({ name: z.string(), address: z.string() }),
  to: z.object({ name: z.string().nullable(), address: z.string() }),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  headers: z.record(z.string(), z.string()),
});
export type OutgoingMessage = z.infer<typeof outgoingMessageSchema>;

/**
 * One-click unsubscribe by RFC 2369 and RFC 8058; Feedback-ID as Google's postmaster tools read it. A letter that comes once and asks
 * (`unsubscribeUrl` null) says instead that no absence note is wanted (RFC 3834).
 */
export function letterMessage(input: {
  letter: string;
  shop: string;
  scenario: string;
  sender: { name: string; address: string };
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
    to,
    subject,
    html,
    text,
    headers: {
      ...(unsubscribeUrl === null ? { 'Auto-Submitted': 'auto-generated' } : oneClick(unsubscribeUrl)),
      'Feedback-ID': `${letter}:${scenario}:${shop}:winback`,
    },
  };
}

function oneClick(url: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
