import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { letterMessage, smtpProvider } from './index.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const message = letterMessage({
  letter: 'abc',
  shop: 'demo',
  scenario: 'abandoned_cart',
  sender: { name: 'Fjell & Fern', address: 'letters@shop.example' },
  to: { name: 'Änn', address: 'ann@mail.example' },
  unsubscribeUrl: 'https://w.example/u/token',
  subject: 'Ваша корзина',
  html: '<p>ü</p>',
  text: 'ü\n.\nend',
});

function providerAt(port: number) {
  return smtpProvider({ host: '127.0.0.1', port, secure: false, patienceMs: 1_500 });
}

/** A real SMTP server that answers DATA as told. */
async function mailServer(answer: (raw: string) => Error | null): Promise<{ port: number; received: string[] }> {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const refusal = answer(raw);
        if (refusal === null) received.push(raw);
        done(refusal);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, received };
}

/** A server that speaks up to a point of the dialogue and then cuts the line. */
async function cuttingServer(cutAt: 'connect' | 'rcpt' | 'body'): Promise<number> {
  const server = createServer((socket: Socket) => {
    if (cutAt === 'connect') {
      socket.destroy();
      return;
    }
    let inBody = false;
    let seen = '';
    socket.on('error', () => undefined);
    socket.write('220 ready\r\n');
    socket.on('data', (chunk) => {
      seen += chunk.toString();
      const cut = inBody ? seen.endsWith('\r\n.\r\n') : cutAt === 'rcpt' && /^RCPT/im.test(seen);
      if (cut) socket.destroy();
      else if (!inBody && /^DATA/im.test(seen)) {
        inBody = true;
        socket.write('354 go on\r\n');
      } else if (!inBody) socket.write('250 fine\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

function refusal(code: number): Error {
  return Object.assign(new Error(`${code} no`), { responseCode: code });
}

describe('handing a letter to an SMTP server', () => {
  it('arrives with both parts, its id and the unsubscribe headers', async () => {
    const { port, received } = await mailServer(() => null);
    expect((await providerAt(port).send(message)).kind).toBe('accepted');
    const mail = await PostalMime.parse(received[0] ?? '');
    expect(mail.messageId).toBe('<abc@shop.example>');
    expect(mail.subject).toBe('Ваша корзина');
    expect(mail.html?.trim()).toBe('<p>ü</p>');
    expect(mail.text?.trim()).toBe('ü\n.\nend');
    expect(mail.to?.[0]).toMatchObject({ name: 'Änn', address: 'ann@mail.example' });
    expect(mail.headers.find((header) => header.key === 'list-unsubscribe-post')?.value).toBe(
      'List-Unsubscribe=One-Click',
    );
  });

  it('tells a refusal for good from one for now', async () => {
    const good = await mailServer(() => refusal(550));
    const now = await mailServer(() => refusal(451));
    expect(await providerAt(good.port).send(message)).toMatchObject({ kind: 'refused', permanent: true });
    expect(await providerAt(now.port).send(message)).toMatchObject({ kind: 'refused', permanent: false });
  });

  it('knows that nothing was handed over when the line is cut before the body', async () => {
    for (const cutAt of ['connect', 'rcpt'] as const) {
      const port = await cuttingServer(cutAt);
      expect((await providerAt(port).send(message)).kind).toBe('unreachable');
    }
    expect((await providerAt(1).send(message)).kind).toBe('unreachable');
  });

  it('does not claim to know when the answer to the whole body is lost', async () => {
    const port = await cuttingServer('body');
    expect((await providerAt(port).send(message)).kind).toBe('unknown');
  });
});
