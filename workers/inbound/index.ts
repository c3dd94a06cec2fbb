// Mail that comes back. Whatever it says it says of one letter, known by its id that nobody can guess: whoever forges one can
// reach nobody but the reader of a letter that they have.
import type { MailReport } from '@winback/domain';
import { mailReportSchema } from '@winback/domain';
import type { ReturnedMail } from '@winback/mail';
import { letterOfReturnPath, readReturnedMail } from '@winback/mail';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { takeReport } from '../reports.ts';

/** A bounce brings our own letter along: no letter is half as large. */
const maxBytes = 1_000_000;
/** Mail may be faster than our books. */
const againAfterSeconds = 60;

/** Reads a message of Cloudflare Email Routing: bounces, complaints, wishes to leave. Everything else is not for us. */
export async function receive(
  message: Pick<ForwardableEmailMessage, 'raw' | 'rawSize'> & { to?: string },
  env: Env,
): Promise<void> {
  if (message.rawSize > maxBytes) return;
  const now = Date.now();
  const to = message.to ?? null;
  const read = await readReturnedMail(await new Response(message.raw).arrayBuffer(), to);
  // The address that it came to was made by us, whatever the mail says of itself.
  const named = to === null ? null : await letterOfReturnPath(settingsOf(env).LINK_SECRET, to);
  const mail = named === null ? read : { ...read, letter: named };
  for (const report of reportsOf(mail, now)) {
    const reported = { shop: null, source: 'mail', report };
    const taken = await takeReport(env, reported, now);
    if (taken === 'unknown')
      await env.RETURNS.send({ kind: 'report', ...reported }, { delaySeconds: againAfterSeconds });
  }
}

function reportsOf(mail: ReturnedMail, at: number): MailReport[] {
  if (mail.letter === null) return [];
  const base = { letter: mail.letter, recipient: null, kind: null, words: '', at };
  switch (mail.is) {
    case 'bounce':
      return mail.recipients
        .slice(0, 1)
        .map(({ kind, words }) => mailReportSchema.parse({ ...base, what: 'bounced', kind, words }));
    case 'complaint':
      return mail.type === 'abuse' || mail.type === 'fraud'
        ? [mailReportSchema.parse({ ...base, what: 'complained', words: mail.words })]
        : [];
    case 'unsubscribe':
      return [{ ...base, what: 'unsubscribed' }];
    case 'auto-reply':
    case 'notice':
    case 'other':
      return [];
  }
}
