import { env } from 'cloudflare:workers';
import { listProducts, openD1 } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { feedGuards } from '@winback/domain';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import worker from '../index.ts';
import { emptyD1 } from './database.ts';
import { newMerchant } from './merchant.ts';
import { lettersAt, personOf } from './person.ts';
import { brings } from './queue.ts';
import { cart, cartLetters, identify, minute, newVisitor, purchase, send, token, visitorAt } from './storefront.ts';

let shop: ShopId;

beforeAll(async () => {
  await emptyD1();
  const scenarios = { abandoned_cart: cartLetters({ delayMs: 0 }) };
  const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: 60 * minute, guards: feedGuards };
  ({ shop } = await newMerchant({ scenarios, feed, voice: { pauseMs: 0, perDay: 24, perWeek: 100, hours: null } }));
  const imported = async () => expect((await listProducts(openD1(env.DB), shop, { limit: 9 })).total).toBe(3);
  await vi.waitFor(imported, { timeout: 10_000, interval: 100 });
});

interface Sent {
  email: string;
  home: string;
  letter: string;
  browser: ReturnType<typeof newVisitor>;
}

/** Somebody whose first letter went out and is in the books. */
async function letterSent(): Promise<Sent> {
  const email = `ann-${token()}@mail.example`;
  const browser = newVisitor();
  await send(shop, browser, cart('tent'));
  await send(shop, browser, identify(email));
  const { id, home } = await personOf(shop, email);
  const [row] = await lettersAt(home);
  const letter = row?.id ?? '';
  await brings('winback-letters', [{ shop, visitor: home, letter }]);
  const steps = await visitorAt(home).story({ letter });
  expect(steps.at(-1)?.state).toBe('sent');
  const rows = steps.map((fact, at) => ({ seq: at + 1, kind: 'letter', at: fact.at, fact }));
  await brings('winback-events', [{ shop, visitor: home, person: id, rows }]);
  return { email, home, letter, browser };
}

/** Buys, leaves another cart, and its letter's turn comes; answers what became of it. */
async function nextLetter({ home, browser, letter }: Sent) {
  await send(shop, browser, purchase(token(), 'tent'));
  await send(shop, browser, cart('stove'));
  const next = (await lettersAt(home)).find((row) => row.id !== letter);
  await brings('winback-letters', [{ shop, visitor: home, letter: next?.id }]);
  return (await visitorAt(home).story({ letter: next?.id ?? '' })).at(-1);
}

/** A delivery status notification (RFC 3464) about a letter. */
async function comesBack(letter: string, status: string, padding = 0): Promise<void> {
  const lines = [
    'From: MAILER-DAEMON@mx.example',
    'Subject: Undelivered',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"',
    '',
    '--cut',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    'Final-Recipient: rfc822; somebody.else@mail.example',
    'Action: failed',
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550 5.1.1 no such user',
    '',
    '--cut',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: <${letter}@shop.example>`,
    '',
    '--cut--',
    ' '.repeat(padding),
  ];
  const bytes = new TextEncoder().encode(lines.join('\r\n'));
  const message = { raw: new Blob([bytes]).stream(), rawSize: bytes.byteLength };
  await worker.email(message, env);
}

describe('a letter that comes back', () => {
  it('for good: its address gets no other, and the list says why', async () => {
    const sent = await letterSent();
    await comesBack(sent.letter, '5.1.1');
    expect(await nextLetter(sent)).toMatchObject({ state: 'suppressed', reason: 'bounced' });
  });

  it('for now, or about a letter that nobody sent, or too large to be one: nothing changes', async () => {
    const sent = await letterSent();
    await comesBack(sent.letter, '4.2.2');
    await comesBack('abcdefghijklmnopqrst234567', '5.1.1');
    await comesBack(sent.letter, '5.1.1', 1_100_000);
    expect(await nextLetter(sent)).toMatchObject({ state: 'sent' });
  });
});
