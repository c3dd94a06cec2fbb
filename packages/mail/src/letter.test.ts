import { describe, expect, it } from 'vitest';
import type { LetterData } from './index.ts';
import { letterMessage, renderLetter, utmUrl } from './index.ts';
import { builtInDocument, compileTemplate } from './template/index.ts';

const tent = {
  id: 'p1',
  name: 'Tent <b>"Fjord"</b>',
  url: 'https://shop.example/p1?a=1&b=2',
  picture: 'https://shop.example/p1.png',
  price: '€199',
  oldPrice: null,
};
const data: LetterData = {
  shop: { name: 'Fjell & Fern', url: 'https://shop.example', postalAddress: 'Street 1, 10115 Berlin', language: 'en' },
  person: { name: 'Ann' },
  items: [{ ...tent, quantity: 2 }],
  picks: Array.from({ length: 4 }, (_, n) => ({ ...tent, id: `r${n}`, name: `Pick ${n}`, oldPrice: null })),
  cartUrl: 'https://shop.example/cart',
  unsubscribeUrl: 'https://w.example/u/token',
};
const brand = { color: '#1f6f5c', logoUrl: null };

async function rendered(change: Partial<LetterData> = {}, language: 'en' | 'ru' = 'en') {
  const template = await compileTemplate(builtInDocument('abandoned_cart', language), brand);
  return renderLetter({
    template,
    subject: '{{ items[0].name }}, still there',
    preheader: 'It waits',
    data: { ...data, ...change },
  });
}

describe('a letter', () => {
  it('shows each product with its picture, price and link, in HTML and in text', async () => {
    const { html, text } = await rendered();
    expect(html).toContain('href="https://shop.example/p1?a=1&amp;b=2"');
    expect(html).toContain('src="https://shop.example/p1.png"');
    expect(html).toContain('€199');
    expect(text).toContain('Tent <b>"Fjord"</b>, €199, Quantity: 2');
    expect(text).toContain('https://shop.example/p1?a=1&b=2');
    for (const part of [html, text]) for (const n of [0, 1, 2, 3]) expect(part).toContain(`Pick ${n}`);
    for (const part of [html, text]) expect(part).toContain('https://w.example/u/token');
  });

  it('escapes what the catalogue and the shopper wrote', async () => {
    const { html } = await rendered({ person: { name: '<script>alert(1)</script>' } });
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('Tent &lt;b&gt;&#34;Fjord&#34;&lt;/b&gt;');
  });

  it('links nowhere but to the web', async () => {
    const { html, text } = await rendered({ items: [{ ...tent, url: 'javascript:alert(1)' }] });
    expect(html + text).not.toContain('javascript:');
  });

  it('has no line breaks in its subject, whatever a product is called', async () => {
    const { subject } = await rendered({ items: [{ ...tent, name: 'Tent\r\nBcc: all@mail.example' }] });
    expect(subject).toBe('Tent Bcc: all@mail.example, still there');
  });

  it('leaves the recommendations out when there are none', async () => {
    const { html, text } = await rendered({ picks: [] });
    expect(html + text).not.toContain('Goes well with it');
  });

  it('stays far below the size at which Gmail cuts a letter', async () => {
    const { html } = await rendered();
    expect(new TextEncoder().encode(html).byteLength).toBeLessThan(40_000);
  });

  it('fetches nothing but the shop’s pictures', async () => {
    const { html } = await rendered();
    expect(html).not.toMatch(/@import|<link|fonts\.googleapis/);
  });

  it('speaks Russian to a Russian shop', async () => {
    const { html, text } = await rendered({ shop: { ...data.shop, language: 'ru' } }, 'ru');
    expect(html).toContain('lang="ru"');
    expect(text).toContain('Ann, ваша корзина в Fjell & Fern ждёт вас');
  });

  it('carries its id in Message-ID and one-click unsubscribe in its headers', () => {
    const sender = { name: 'Shop', address: 'letters@shop.example' };
    const parts = { subject: 's', html: 'h', text: 't', unsubscribeUrl: data.unsubscribeUrl };
    const message = letterMessage({
      letter: 'abc',
      shop: 'demo',
      scenario: 'abandoned_cart',
      sender,
      to: { name: null, address: 'a@b.example' },
      ...parts,
    });
    expect(message.messageId).toBe('<abc@shop.example>');
    expect(message.headers).toMatchObject({
      'List-Unsubscribe': '<https://w.example/u/token>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });
});

describe('a link', () => {
  const utm = { source: 'winback', medium: 'email', campaign: 'abandoned_cart', content: 'abc' };
  it('says which letter it came from, and keeps what the shop had put there', () => {
    expect(utmUrl('https://shop.example/p?utm_source=own&x=1#top', utm)).toBe(
      'https://shop.example/p?utm_source=own&x=1&utm_medium=email&utm_campaign=abandoned_cart&utm_content=abc#top',
    );
    expect(utmUrl('not an address', utm)).toBe('not an address');
  });
});

describe('the letter that asks to confirm', () => {
  const asked = { when: '23 November 2026 at 14:05', where: 'in the form on our pages' };
  const confirmUrl = 'https://w.example/confirm/token';

  async function asking(language: 'en' | 'ru' = 'en') {
    const template = await compileTemplate(builtInDocument('double_opt_in', language), brand);
    const subject = 'Please confirm: letters from {{ shop.name }}';
    return renderLetter({ template, subject, preheader: 'One click', data: { shop: data.shop, confirmUrl, asked } });
  }

  it('has one button, says who asked, where and when, and by whom it was sent', async () => {
    const { html, text, subject } = await asking();
    expect(subject).toBe('Please confirm: letters from Fjell & Fern');
    expect([...html.matchAll(/href="([^"]+)"/g)].map((link) => link[1])).toEqual([data.shop.url, confirmUrl]);
    for (const part of [html, text]) {
      expect(part).toContain('On 23 November 2026 at 14:05 this address was left in the form on our pages');
      expect(part).toContain('Street 1, 10115 Berlin');
    }
    expect(text).toContain(`Yes, write to me: ${confirmUrl}`);
  });

  it('fetches nothing, and is not marketing: no way out is needed', async () => {
    const { html, text } = await asking();
    expect(html).not.toMatch(/<img|background="|url\(/);
    expect(html + text).not.toMatch(/unsubscribe/i);
    const mail = {
      sender: { name: 'Shop', address: 'letters@shop.example' },
      to: { name: null, address: 'a@b.example' },
    };
    const parts = { letter: 'abc', shop: 'demo', scenario: 'double_opt_in', subject: 's', html, text };
    const { headers } = letterMessage({ ...mail, ...parts, unsubscribeUrl: null });
    expect(headers).toMatchObject({ 'Auto-Submitted': 'auto-generated' });
    expect(Object.keys(headers).filter((name) => /unsubscribe/i.test(name))).toEqual([]);
  });

  it('speaks Russian', async () => {
    const { html, text } = await asking('ru');
    expect(html).toContain('Писать вам письма?');
    expect(text).toContain('Да, пишите мне: https://w.example/confirm/token');
  });
});
