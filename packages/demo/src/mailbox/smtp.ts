import { SMTPServer } from 'smtp-server';
import type { Letters } from './letters.ts';

const maxBytes = 5_000_000;

/** An SMTP server that takes every letter for anybody and keeps it before it says 250. */
export function smtpServer(letters: Letters): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: maxBytes,
    banner: 'Winback demo mailbox',
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded)
          return done(Object.assign(new Error('552 the letter is too large'), { responseCode: 552 }));
        letters.add(Buffer.concat(chunks), {
          to: session.envelope.rcptTo.map((to) => to.address).join(', '),
          at: Date.now(),
        });
        return done();
      });
    },
  });
}
