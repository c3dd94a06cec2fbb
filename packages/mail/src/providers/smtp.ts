// SMTP (RFC 5321) through nodemailer, in Node and in workerd. Lines are kept for more letters until the provider is closed: a
// sign-in costs more than a letter. A server that asks for patience (421, 454, words about rates) puts letters off.
import { Readable } from 'node:stream';
import { providerTraits } from '@winback/domain';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { OutgoingMessage } from '../message.ts';
import type { DkimKey } from './mime.ts';
import { mimeOf } from './mime.ts';
import type { CheckOutcome, Provider, SendOutcome } from './port.ts';

export interface SmtpSettings {
  host: string;
  port: number;
  /** True: TLS from the first byte. False: STARTTLS where the server offers it. */
  secure: boolean;
  /** Never without TLS. */
  requireTls?: boolean;
  user?: string;
  password?: string;
  dkim?: DkimKey | null;
  /** Milliseconds of silence after which the server counts as gone. */
  patienceMs?: number;
}

/** Workers allow six connections at once in one invocation. */
const maxLines = 4;

/** A provider that speaks SMTP. Close it when the last letter was answered. */
export function smtpProvider(settings: SmtpSettings): Provider {
  const lines = new Lines(settings);
  return {
    traits: providerTraits.smtp,
    send: async (message) => lines.send(message, await mimeOf(message, settings.dkim)),
    check: () => lines.check(),
    close: () => lines.close(),
  };
}

class Lines {
  readonly #settings: SmtpSettings;
  readonly #idle: Line[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(settings: SmtpSettings) {
    this.#settings = settings;
  }

  async send(message: OutgoingMessage, bytes: Buffer): Promise<SendOutcome> {
    await this.#turn();
    try {
      const kept = this.#idle.pop();
      const outcome = kept && (await this.#over(kept, message, bytes));
      // The server may have hung up on a line that lay idle: that says nothing about the letter.
      if (outcome && outcome.kind !== 'unreachable') return outcome;
      return await this.#over(await Line.open(this.#settings), message, bytes);
    } catch (error) {
      return failureOf(error, false);
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  async check(): Promise<CheckOutcome> {
    try {
      (await Line.open(this.#settings)).close();
      return { kind: 'good' };
    } catch (error) {
      const outcome = failureOf(error, false);
      return outcome.kind === 'accepted' ? { kind: 'good' } : outcome;
    }
  }

  close(): void {
    for (const line of this.#idle.splice(0)) line.close();
  }

  async #over(line: Line, message: OutgoingMessage, bytes: Buffer): Promise<SendOutcome> {
    const outcome = await line.send(message, bytes);
    if (outcome.kind === 'accepted' && line.isOpen) this.#idle.push(line);
    else line.close();
    return outcome;
  }

  async #turn(): Promise<void> {
    while (this.#busy >= maxLines) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
  }
}

/** One connection, signed in. */
class Line {
  isOpen = true;
  readonly #connection: SMTPConnection;
  #broken: (error: unknown) => void = () => undefined;

  private constructor(connection: SMTPConnection) {
    this.#connection = connection;
    const broken = (error: unknown) => {
      this.isOpen = false;
      this.#broken(error);
    };
    connection.on('error', broken);
    connection.on('end', () => broken(new Error('the server closed the connection')));
  }

  /** Throws where the server is not there, or does not let us in. */
  static open(settings: SmtpSettings): Promise<Line> {
    const { host, port, secure, requireTls = false, patienceMs: patience = 30_000 } = settings;
    const timeouts = { connectionTimeout: patience, greetingTimeout: patience, socketTimeout: patience };
    const connection = new SMTPConnection({ host, port, secure, requireTLS: requireTls, name: 'winback', ...timeouts });
    const line = new Line(connection);
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        reject(error); // before the end of the line says that it was ended
        line.close();
      };
      line.#broken = fail;
      connection.connect((error) => {
        if (error) return fail(error);
        signIn(connection, settings, fail, () => resolve(line));
      });
    });
  }

  send({ letter, from, to, returnPath }: OutgoingMessage, bytes: Buffer): Promise<SendOutcome> {
    const body = Readable.from([bytes]);
    let handedOver = false;
    body.once('end', () => {
      handedOver = true;
    });
    // Where the server can (RFC 3461), a bounce names the letter and brings back no more than its headers.
    const dsn = { id: letter, return: 'headers' as const, notify: ['failure' as const], recipient: to.address };
    const envelope = { from: returnPath ?? from.address, to: [to.address], dsn };
    return new Promise((resolve) => {
      const fail = (error: unknown) => resolve(failureOf(error, handedOver));
      this.#broken = fail;
      this.#connection.send(envelope, body, (error, info) =>
        error ? fail(error) : resolve({ kind: 'accepted', answer: info.response }),
      );
    });
  }

  close(): void {
    this.isOpen = false;
    this.#connection.quit();
    this.#connection.close();
  }
}

/** Raised where the server does not take our user name and password. */
class SignInRefused extends Error {}

function signIn(
  connection: SMTPConnection,
  { user, password }: SmtpSettings,
  fail: (error: unknown) => void,
  go: () => void,
): void {
  if (!user || !password) return go();
  connection.login({ credentials: { user, pass: password } }, (error) => {
    if (!error) return go();
    // 454 (RFC 4954 §6): the server cannot look now.
    const { code } = describe(error);
    fail(code !== null && code >= 500 ? new SignInRefused(error.message) : new Error(error.message));
  });
}

/** A server that wants us slower says 421 or 454, or any 4xx with words about it. */
const slower = /thrott|rate|too (many|fast|much)|quota|limit|4\.7\.(0|28)\b/i;
const putOffMs = 60_000;

function failureOf(error: unknown, handedOver: boolean): SendOutcome {
  const { message, code, response } = describe(error);
  if (error instanceof SignInRefused) return { kind: 'rejected-credentials', because: message };
  if (code === 530 || code === 535) return { kind: 'rejected-credentials', because: response };
  if (code === 421 || code === 454 || (code !== null && code < 500 && slower.test(response)))
    return { kind: 'later', afterMs: putOffMs, because: response };
  if (code !== null) return { kind: 'refused', permanent: code >= 500, answer: response };
  return handedOver ? { kind: 'unknown', because: message } : { kind: 'unreachable', because: message };
}

function describe(error: unknown): { message: string; code: number | null; response: string } {
  const message = error instanceof Error ? error.message : 'no answer';
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : Number.NaN;
  const response = error instanceof Error && 'response' in error ? String(error.response) : message;
  return { message, code: Number.isInteger(code) && code >= 400 ? code : null, response: response.slice(0, 200) };
}
