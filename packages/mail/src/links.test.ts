import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import type { ClickLink } from './index.ts';
import { letterLinks, numberLinks, readClick, readOpen, renderLetter, signClick, signOpen, utmUrl } from './index.ts';

const secret = 'a secret of more than thirty-two characters';
const older = 'the secret before it, thirty-two characters';
const day = 86_400_000;
const link: ClickLink = {
  shop: 'demo',
  letter: 'abcdefghijklmnopqrst234567',
  scenario: 'abandoned_cart',
  number: 3,
  url: 'https://shop.example/ü?q=1&utm_x=%20a#b',
  expiresAt: 400 * day,
};

describe('a link of a letter', () => {
  it('says which letter, which of its links and where it leads, until it expires', () => {
    const token = signClick(secret, link);
    expect(token).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
    expect(readClick(secret, token, 400 * day)).toEqual({ ok: true, value: link });
    expect(readClick(secret, token, 400 * day + 1)).toEqual({ ok: false, because: 'expired' });
  });

  it('goes on working when another secret signs, and not when its own is gone', () => {
    const token = signClick(older, link);
    expect(readClick(`${secret}, ${older}`, token, 1)).toEqual({ ok: true, value: link });
    expect(readClick(secret, token, 1)).toEqual({ ok: false, because: 'forged' });
    expect(readClick(older, signClick(`${secret},${older}`, link), 1)).toEqual({ ok: false, because: 'forged' });
  });

  it('is worth nothing once a single character is changed, dropped or added', () => {
    const token = signClick(secret, link);
    fc.assert(
      fc.property(fc.nat(token.length), fc.string({ maxLength: 2 }), fc.nat(2), (at, more, less) => {
        const edited = token.slice(0, at) + more + token.slice(at + less);
        expect(readClick(secret, edited, 1).ok).toBe(edited === token);
      }),
    );
  });

  it('is no mark of an opening, nor the other way round', () => {
    const mark = signOpen(secret, link);
    expect(readOpen(secret, mark, 1)).toEqual({
      ok: true,
      value: { shop: 'demo', letter: link.letter, expiresAt: link.expiresAt },
    });
    expect(readClick(secret, mark, 1).ok).toBe(false);
    expect(readOpen(secret, signClick(secret, link), 1).ok).toBe(false);
  });

  it('refuses any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => !readClick(secret, text, 1).ok && !readOpen(secret, text, 1).ok));
    expect(readClick(secret, `${'2'.repeat(9_000)}.${'A'.repeat(22)}`, 1).ok).toBe(false);
  });
});

describe('what the shop’s analytics learn', () => {
  const utm = { source: 'winback', medium: 'email', campaign: 'abandoned_cart', content: 'l1' };
  const all = 'utm_source=winback&utm_medium=email&utm_campaign=abandoned_cart&utm_content=l1';

  it.each([
    ['https://shop.example', `https://shop.example?${all}`],
    ['https://shop.example/p?a=1', `https://shop.example/p?a=1&${all}`],
    ['https://shop.example/p#pictures', `https://shop.example/p?${all}#pictures`],
    ['https://shop.example/p?a=%20b+c&flag#/route?x=1', `https://shop.example/p?a=%20b+c&flag&${all}#/route?x=1`],
    ['https://shop.example/p?', `https://shop.example/p?${all}`],
    ['https://shop.example/p?c=a?utm_source=me', `https://shop.example/p?c=a&utm_source=me&${all.slice(19)}`],
    [`https://shop.example/p?${all}#x`, `https://shop.example/p?${all}#x`],
    ['https://shop.example/п?q=ü', `https://shop.example/п?q=ü&${all}`],
  ])('stands in %s', (address, told) => {
    expect(utmUrl(address, utm)).toBe(told);
  });

  it('changes nothing else of any address', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (address) => {
        const told = utmUrl(address, utm);
        const [before = '', fragment] = address.split(/(?=#)/);
        expect(told.startsWith(before.replace(/[?&]+$/, ''))).toBe(true);
        expect(told.endsWith(fragment ?? 'utm_content=l1')).toBe(true);
      }),
    );
  });
});

/** Links as an HTML parser finds them, conditional comments included. */
function hrefsOf(html: string): string[] {
  const found: string[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (/^(a|area|v:[a-z]+)$/.test(name) && attributes['href'] !== undefined) found.push(attributes['href']);
    },
    oncomment: (text) => {
      if (/^\[if\b/.test(text)) found.push(...hrefsOf(text.replace(/^\[if[^\]]*\]>/, '').replace(/<!\[endif\]$/, '')));
    },
  });
  parser.end(html);
  return found;
}

describe('the links of a template', () => {
  it.each([
    ['<a href="{{ item.url }}">x</a>', '<a href="{{ item.url | link: 1 }}">x</a>'],
    ["<A class=b HREF = '{{- pick.url -}}'>", "<A class=b HREF = '{{ pick.url | link: 1 }}'>"],
    [
      '<a href="https://x.example/?a=1&amp;b={{ c }}#d">',
      `<a href="{% capture link_to %}https://x.example/?a=1&amp;b={{ c }}#d{% endcapture %}{{ link_to | link: 1, 'escaped' }}">`,
    ],
    ['<!--[if mso]><v:roundrect href="{{ cartUrl }}" arcsize="9%"><![endif]-->', null],
    ['<a title="a > b" data-href="https://no.example" href={{ x }}>', null],
  ])('are numbered: %s', (html, numbered) => {
    const written = numberLinks(html);
    expect(written).toContain('link: 1');
    expect(written).not.toContain('link: 2');
    if (numbered !== null) expect(written).toBe(numbered);
    expect(numberLinks(written)).toBe(written);
  });

  it.each([
    '<a href="{{ unsubscribeUrl }}">',
    '<a href="{{ confirmUrl }}">',
    '<a href="{{ unsubscribe_link }}">',
    '<a href="mailto:a@b.example?subject={{ x }}">',
    '<a href="tel:+491234">',
    '<a href="#top">',
    '<a name="https://x.example">',
    '<!-- <a href="https://x.example"> -->',
    '<style>a[href="https://x.example"] {}</style>',
    '{% raw %}<a href="{{ x }}">{% endraw %}',
    '<img src="https://x.example/a.png"><link href="https://x.example/a.css">',
  ])('stay as they are: %s', (html) => {
    expect(numberLinks(html)).toBe(html);
  });

  it('lead to us in a letter, each under its own number; ways out, telephones and anchors do not', () => {
    const template = {
      html: `<body><a href="{{ shop.url }}">s</a><a href="https://x.example/?a=1&amp;b=2">x</a><a href="tel:1">t</a>{% for item in items %}<a href="{{ item.url }}"><img></a><a href="{{ item.url }}">n</a>{% endfor %}<a href="{{ unsubscribeUrl }}">u</a><a href="{{ person.name }}">j</a></body>`,
      text: '{% for item in items %}{{ item.url }}.\n{% endfor %}{{ cartUrl }} {{ unsubscribeUrl }}',
    };
    const items = [1, 2].map((n) => ({
      id: `${n}`,
      name: 'n',
      url: `https://shop.example/p${n}?a&b`,
      picture: null,
      price: '1',
      oldPrice: null,
    }));
    const data = {
      shop: { name: 'S', url: 'https://shop.example', postalAddress: 'x', language: 'en' as const },
      ...{ person: { name: 'javascript:alert(1)' }, items, picks: [], cartUrl: 'https://shop.example/cart' },
      unsubscribeUrl: 'https://w.example/u/token',
    };
    const of = {
      secrets: secret,
      publicUrl: 'https://w.example/',
      shop: 'demo',
      letter: 'l1',
      scenario: 'retention',
      shopUrl: 'https://shop.example',
    };
    const links = letterLinks({ ...of, expiresAt: day, countsOpens: true });
    const { html, text } = renderLetter({ template, subject: 's', preheader: '', data, links });
    const read = (all: string) =>
      [...all.matchAll(/https:\/\/w\.example\/c\/([\w.-]+\b)/g)].map(([, token = '']) => {
        const one = readClick(secret, token, 1);
        return one.ok ? [one.value.number, one.value.url] : one.because;
      });
    expect(read(html)).toEqual([
      [1, 'https://shop.example'],
      [2, 'https://x.example/?a=1&b=2'],
      [3, 'https://shop.example/p1?a&b'],
      [4, 'https://shop.example/p1?a&b'],
      [3, 'https://shop.example/p2?a&b'],
      [4, 'https://shop.example/p2?a&b'],
      [0, 'https://shop.example'],
    ]);
    expect(read(text)).toEqual([
      [3, 'https://shop.example/p1?a&b'],
      [3, 'https://shop.example/p2?a&b'],
      [6, 'https://shop.example/cart'],
    ]);
    for (const part of [html, text]) expect(part).toContain('https://w.example/u/token');
    expect(html).toContain('href="tel:1"');
    expect(html).toContain('<a href="#">j</a>');
    expect(html).toMatch(/<img src="https:\/\/w\.example\/o\/[\w.-]+\.gif" alt="" [^>]+><\/body>$/);
  });

  const corpus = join(import.meta.dirname, '../../../../../shared/data/html');
  it.skipIf(!existsSync(corpus))('are found in letters that others wrote, and no other byte changes', () => {
    const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
    expect(files.length).toBeGreaterThan(50);
    let links = 0;
    for (const file of files) {
      const html = readFileSync(join(corpus, file), 'utf8');
      const written = numberLinks(html);
      const bare = (text: string) => text.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, '{{$1}}');
      const back = written
        .replace(/\{% capture link_to %\}([\s\S]*?)\{% endcapture %\}\{\{ link_to \| link: \d+, 'escaped' \}\}/g, '$1')
        .replace(/ \| link: \d+/g, '');
      expect([file, bare(back)]).toEqual([file, bare(html)]);
      const web = hrefsOf(html).filter((href) => /^\s*https?:\/\//i.test(href));
      const numbered = hrefsOf(written).filter((href) => /link: \d/.test(href) && /https?:\/\//i.test(href));
      expect([file, numbered.length]).toEqual([file, web.length]);
      links += web.length;
    }
    expect(links).toBeGreaterThan(100);
  });
});
