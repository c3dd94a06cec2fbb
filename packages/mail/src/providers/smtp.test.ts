import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import PostalMime from 'postal-mime';
import type { SMTPServerOptions } from 'smtp-server';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { SmtpSettings } from '../index.ts';
import { letterMessage, smtpProvider } from '../index.ts';

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

function providerAt(port: number, more: Partial<SmtpSettings> = {}) {
  const provider = smtpProvider({ host: '127.0.0.1', port, secure: false, patienceMs: 1_500, ...more });
  closers.unshift(() => Promise.resolve(provider.close()));
  return provider;
}

/** A real SMTP server that answers DATA as told. */
async function mailServer(
  answer: (raw: string) => Error | null,
  more: SMTPServerOptions = {},
): Promise<{ port: number; received: string[]; lines: () => number }> {
  const received: string[] = [];
  let lines = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onConnect(_session, done) {
      lines += 1;
      done();
    },
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
    ...more,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, received, lines: () => lines };
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

function refusal(code: number, words = 'no'): Error {
  return Object.assign(new Error(words), { responseCode: code });
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

  it('goes over one line as long as the provider is not closed, and over a new one where the server hung up', async () => {
    const { port, received, lines } = await mailServer(() => null, { socketTimeout: 300 });
    const provider = providerAt(port);
    for (const letter of ['a', 'b', 'c'])
      expect((await provider.send({ ...message, letter, messageId: `<${letter}@shop.example>` })).kind).toBe(
        'accepted',
      );
    expect([received.length, lines()]).toEqual([3, 1]);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect((await provider.send(message)).kind).toBe('accepted');
    expect([received.length, lines()]).toEqual([4, 2]);
    provider.close();
  });

  it('opens few lines for many letters at once, and each arrives once', async () => {
    const { port, received, lines } = await mailServer(() => null);
    const provider = providerAt(port);
    const all = Array.from({ length: 40 }, (_, at) => ({ ...message, messageId: `<l${at}@shop.example>` }));
    const outcomes = await Promise.all(all.map((one) => provider.send(one)));
    provider.close();
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['accepted']));
    const ids = received.map((raw) => /^message-id: <(l\d+)@/im.exec(raw)?.[1]);
    expect(new Set(ids).size).toBe(40);
    expect(lines()).toBeLessThanOrEqual(4);
  });

  it.each([
    [421, 'try again later'],
    [454, 'Throttling failure: Maximum sending rate exceeded'],
    [451, '4.7.28 our system has detected an unusual rate of mail'],
    [452, 'too many messages'],
  ])('is put off where the server wants us slower: %i %s', async (code, words) => {
    const { port } = await mailServer(() => refusal(code, words));
    expect(await providerAt(port).send(message)).toMatchObject({ kind: 'later', afterMs: 60_000 });
  });

  it('says of a wrong password that it is about us', async () => {
    const onAuth: SMTPServerOptions['onAuth'] = ({ password }, _session, done) =>
      password === 'right' ? done(null, { user: 'u' }) : done(refusal(535, 'authentication failed'));
    const more = { disabledCommands: ['STARTTLS'], authOptional: false, allowInsecureAuth: true, onAuth };
    const { port, received } = await mailServer(() => null, more);
    const at = (password: string) => providerAt(port, { user: 'u', password });
    expect((await at('wrong').send(message)).kind).toBe('rejected-credentials');
    expect((await at('wrong').check()).kind).toBe('rejected-credentials');
    expect((await providerAt(port).send(message)).kind).toBe('rejected-credentials');
    expect([(await at('right').check()).kind, (await at('right').send(message)).kind]).toEqual(['good', 'accepted']);
    expect(received).toHaveLength(1);
  });
});
