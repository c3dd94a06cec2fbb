// SMTP through nodemailer, in Node and in workerd. What matters is the answer's meaning: `unreachable` is certainly not
// accepted, `unknown` may have been. Only the first may be sent again.
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Options } from 'nodemailer/lib/mailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { OutgoingMessage } from './message.ts';

export interface SmtpSettings {
  host: string;
  port: number;
  /** True: TLS from the first byte. False: STARTTLS where the server offers it. */
  secure: boolean;
  user?: string;
  password?: string;
  /** Milliseconds of silence after which the server counts as gone. */
  patienceMs?: number;
}

export type SendOutcome =
  | { kind: 'accepted'; answer: string }
  /** The server said no: for good (5xx), or for now (4xx). */
  | { kind: 'refused'; permanent: boolean; answer: string }
  /** The message was not handed over. */
  | { kind: 'unreachable'; because: string }
  /** The message was handed over whole, and the answer never came. */
  | { kind: 'unknown'; because: string };

export interface Provider {
  send(message: OutgoingMessage): Promise<SendOutcome>;
}

/** A provider that speaks SMTP (RFC 5321). */
export function smtpProvider(settings: SmtpSettings): Provider {
  return { send: (message) => sendBySmtp(settings, message) };
}

async function sendBySmtp(settings: SmtpSettings, message: OutgoingMessage): Promise<SendOutcome> {
  const bytes = await new MailComposer(mailOf(message)).compile().build();
  return new Promise((resolve) => {
    const { host, port, secure, patienceMs: patience = 30_000 } = settings;
    const timeouts = { connectionTimeout: patience, greetingTimeout: patience, socketTimeout: patience };
    const connection = new SMTPConnection({ host, port, secure, name: 'winback', ...timeouts });
    const body = Readable.from([bytes]);
    let handedOver = false;
    body.once('end', () => {
      handedOver = true;
    });
    const end = (outcome: SendOutcome) => {
      resolve(outcome);
      connection.quit();
      connection.close();
    };
    const fail = (error: unknown) => end(failureOf(error, handedOver));
    connection.on('error', fail);
    connection.on('end', () => fail(new Error('the server closed the connection')));
    connection.connect((error) => {
      if (error) return fail(error);
      whenSignedIn(connection, settings, fail, () => {
        const envelope = { from: message.from.address, to: [message.to.address] };
        connection.send(envelope, body, (sendError, info) =>
          sendError ? fail(sendError) : end({ kind: 'accepted', answer: info.response }),
        );
      });
    });
  });
}

function whenSignedIn(
  connection: SMTPConnection,
  { user, password }: SmtpSettings,
  fail: (error: unknown) => void,
  go: () => void,
): void {
  if (!user || !password) return go();
  connection.login({ credentials: { user, pass: password } }, (error) => (error ? fail(signInRefused(error)) : go()));
}

/** Our own wrong password is not the reader's fault: the letter waits, it is not refused. */
function signInRefused(error: Error): Error {
  return new Error(`the mail server refused our sign-in: ${error.message}`);
}

function failureOf(error: unknown, handedOver: boolean): SendOutcome {
  const { message, responseCode, response } = describe(error);
  if (responseCode !== null) return { kind: 'refused', permanent: responseCode >= 500, answer: response };
  return handedOver ? { kind: 'unknown', because: message } : { kind: 'unreachable', because: message };
}

function describe(error: unknown): { message: string; responseCode: number | null; response: string } {
  const message = error instanceof Error ? error.message : 'no answer';
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : Number.NaN;
  const response = error instanceof Error && 'response' in error ? String(error.response) : message;
  return { message, responseCode: Number.isInteger(code) && code >= 400 ? code : null, response };
}

function mailOf(message: OutgoingMessage): Options {
  const { from, to, subject, html, text, headers, messageId } = message;
  const base = { from, to: { name: to.name ?? '', address: to.address }, subject, html, text, headers, messageId };
  return { ...base, disableFileAccess: true, disableUrlAccess: true };
}
