// What we sign is verified by somebody else's verifier: dkimpy, which Debian packages as python3-dkim.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letterMessage, letterOfReturnPath, openProvider, returnPathOf } from '../src/index.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const record = `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`;
const verifier = `
import dkim, sys
record = sys.argv[1].encode()
asked = lambda name, timeout=5: record if name == b"s1._domainkey.shop.example." else None
sys.stdout.write(str(dkim.verify(sys.stdin.buffer.read(), dnsfunc=asked)))
`;
const letter = 'abcdefghijklmnopqrstuvwxyz';
let server: SMTPServer;
const received: { raw: Buffer; from: string }[] = [];

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom } = session.envelope;
        received.push({ raw: Buffer.concat(chunks), from: mailFrom ? mailFrom.address : '' });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

async function sent(): Promise<{ raw: Buffer; from: string }> {
  const { port } = server.server.address() as AddressInfo;
  const dkim = { dkimDomain: 'shop.example', dkimSelector: 's1', dkimKey: privateKey };
  const at = { kind: 'smtp' as const, host: '127.0.0.1', port, tls: 'starttls' as const, user: '', password: '' };
  const provider = openProvider({ ...at, ...dkim }, { fetch });
  const message = letterMessage({
    ...{ letter, shop: 'demo', scenario: 'abandoned_cart' },
    sender: { name: 'Fjell & Fern', address: 'letters@shop.example' },
    to: { name: 'Änn', address: 'ann@mail.example' },
    unsubscribeUrl: 'https://w.example/u/token',
    ...{ subject: 'Ваша корзина', html: `<p>${'ü'.repeat(400)}</p>\n.\n`, text: 'ü\n.\nend' },
  });
  const returnPath = await returnPathOf('secret', letter, 'bounce.shop.example');
  expect((await provider.send({ ...message, returnPath })).kind).toBe('accepted');
  provider.close();
  return received.at(-1) ?? { raw: Buffer.alloc(0), from: '' };
}

function verified(raw: Buffer): boolean {
  return execFileSync('/usr/bin/python3', ['-c', verifier, record], { input: raw }).toString() === 'True';
}

describe('the signature of a letter', () => {
  it('is verified by dkimpy, and covers both headers of one-click (RFC 8058)', async () => {
    const { raw } = await sent();
    expect(verified(raw)).toBe(true);
    const [, signed = ''] = /[;\s]h=([^;]+);/.exec(raw.toString('latin1').replaceAll(/\r\n\s+/g, '')) ?? [];
    const names = signed
      .toLowerCase()
      .split(':')
      .map((name) => name.trim());
    const asked = ['from', 'to', 'subject', 'date', 'message-id', 'list-id', 'feedback-id', 'auto-submitted'];
    expect(names).toEqual(expect.arrayContaining([...asked, 'list-unsubscribe', 'list-unsubscribe-post']));
  });

  it.each([
    ['another body', 'text/html', 'text/evil'],
    ['another way out', 'https://w.example/u/token', 'https://evil.example/u'],
    ['no one-click', 'List-Unsubscribe-Post', 'X-Nothing'],
  ])('breaks with %s', async (_what, before, after) => {
    const { raw } = await sent();
    expect(verified(Buffer.from(raw.toString('latin1').replaceAll(before, after), 'latin1'))).toBe(false);
  });
});

describe('the envelope’s sender', () => {
  it('names the letter, whatever mail servers do to its case', async () => {
    const { from } = await sent();
    expect(from).toMatch(/^b-[a-z2-7]{26}-[a-z2-7]{13}@bounce\.shop\.example$/);
    for (const seen of [from, from.toUpperCase(), `<${from}>`, `prvs=1234abcd12=${from}`])
      expect(await letterOfReturnPath('secret', seen)).toBe(letter);
  });

  it.each([
    'b-abcdefghijklmnopqrstuvwxyz-aaaaaaaaaaaaa@bounce.shop.example',
    'letters@shop.example',
    'b-abc-def@bounce.shop.example',
    '',
  ])('is believed only where we made it: %s', async (address) => {
    expect(await letterOfReturnPath('secret', address)).toBe(null);
  });

  it('is worth nothing under another secret', async () => {
    expect(await letterOfReturnPath('another', (await sent()).from)).toBe(null);
  });
});
