import { z } from 'zod';

declare const brand: unique symbol;
/** An address that may receive a letter: trimmed, lower-cased, at most 254 characters (RFC 5321 §4.5.3.1). */
export type EmailAddress = string & { readonly [brand]: 'EmailAddress' };

const local = /^[a-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\uffff]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\uffff]+)*$/u;
const label = /^[a-z0-9\u0080-\uffff](?:[a-z0-9\u0080-\uffff-]{0,61}[a-z0-9\u0080-\uffff])?$/u;

/**
 * Reads an address as shoppers type it. Quoted local parts and address literals are valid by RFC 5322 but are never a
 * shopper's; they are refused, and so is anything that could break a header (CR, LF, NUL, spaces, brackets).
 */
export function parseEmailAddress(text: string): EmailAddress | null {
  const address = text.trim().normalize('NFC').toLowerCase();
  const at = address.lastIndexOf('@');
  if (at < 1 || at > 64 || address.length > 254) return null;
  const domain = address.slice(at + 1);
  const labels = domain.split('.');
  if (labels.length < 2 || !labels.every((part) => label.test(part))) return null;
  if (/^\d+$/.test(labels.at(-1) ?? '') || !local.test(address.slice(0, at))) return null;
  return address as EmailAddress;
}

/** The mailbox behind an address: without `+tag`, and without the dots that Gmail does not see. For counting, never for writing to. */
export function mailboxOf(address: EmailAddress): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const name = address.slice(0, at).split('+')[0] || address.slice(0, at);
  return /^(gmail|googlemail)\.com$/.test(domain) ? `${name.replaceAll('.', '')}@gmail.com` : `${name}@${domain}`;
}

export const emailAddressSchema = z
  .string()
  .max(320, 'an e-mail address has at most 254 characters')
  .transform((text, context) => {
    const address = parseEmailAddress(text);
    if (address !== null) return address;
    context.addIssue({ code: 'custom', message: 'this is not an e-mail address: write it as name@shop.example' });
    return z.NEVER;
  });
