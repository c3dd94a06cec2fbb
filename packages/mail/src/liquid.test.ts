import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LetterData } from './index.ts';
import { renderLetter, TemplateError, utmUrl } from './index.ts';
import { plainLinks } from './letter-links.ts';
import { renderLiquid } from './liquid.ts';

const values = { items: [{ name: 'Tent' }], big: 'x'.repeat(10_000), text: 'aaaa' };
const html = (source: string, more: object = {}) => renderLiquid('html', source, { ...values, ...more });
function refusal(source: string): TemplateError {
  try {
    html(source);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('it was rendered');
}

describe('a template that asks for too much', () => {
  it.each([
    ['a loop of ten million', '{% for i in (1..10000000) %}x{% endfor %}'],
    [
      'loops in loops',
      '{% for i in (1..9999) %}{% for j in (1..9999) %}{% for k in (1..9999) %}x{% endfor %}{% endfor %}{% endfor %}',
    ],
    ['loops in loops that write nothing', '{% for i in (1..90000) %}{% for j in (1..90000) %}{% endfor %}{% endfor %}'],
    [
      'loops of if alone',
      '{% for i in (1..90000) %}{% for j in (1..90000) %}{% if false %}{% endif %}{% endfor %}{% endfor %}',
    ],
    ['100 MB of output', '{% for i in (1..10000) %}{{ big }}{% endfor %}'],
    [
      '100 MB that are captured',
      '{% capture a %}{% for i in (1..10000) %}{{ big }}{% endfor %}{% endcapture %}{{ a | size }}',
    ],
    ['a string that doubles', '{% assign a = big %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}'],
    [
      'a replacement that grows',
      "{% assign a = big %}{% for i in (1..9) %}{% assign a = a | replace: 'x', big %}{% endfor %}",
    ],
    ['a table of millions', '{% tablerow i in (1..5000000) %}x{% endtablerow %}'],
    ['a date as wide as a house', "{{ 'now' | date: '%99999999Y' }}"],
    ['a tower of blocks', '{% if true %}'.repeat(20_000) + '{% endif %}'.repeat(20_000)],
    ['a source of a megabyte', `{{ text }}${'x'.repeat(1_000_000)}`],
  ])('is stopped: %s', (_, source) => {
    expect(refusal(source)).toMatchObject({ name: 'TemplateError', isLimit: true });
  });

  it.each([
    ['strip_html', '{{ evil | strip_html }}', '<'.repeat(50_000)],
    ['strip_html of comments', '{{ evil | strip_html }}', '<!--'.repeat(20_000)],
    ['split and join', "{{ evil | split: 'a' | join: 'b' | size }}", 'a'.repeat(50_000)],
  ])('is no way to burn time: %s', (_, source, evil) => {
    expect(() => html(source, { evil })).not.toThrow(RangeError);
  });

  it('does not hurt the next letter', () => {
    refusal('{% for i in (1..99999) %}{% for j in (1..99999) %}x{% endfor %}{% endfor %}');
    expect(html('{% for item in items %}{{ item.name }}{% endfor %}')).toBe('Tent');
  });
});

describe('a template reaches nothing but its data', () => {
  it.each([
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'process',
    'globalThis',
    'env',
    'crypto',
    'self',
    'winback',
  ])('%s', (name) => {
    for (const source of [
      `{{ ${name} }}`,
      `{{ items.${name} }}`,
      `{{ items[0].${name}.${name} }}`,
      `{{ items["${name}"] }}`,
    ])
      expect(html(source)).toBe('');
  });

  it.each([
    "{% include 'https://evil.example/x' %}",
    "{% render '/etc/passwd' %}",
    "{% layout 'a' %}",
    '{% block a %}{% endblock %}',
  ])('and no file or address: %s', (source) => expect(refusal(source).message).toMatch(/not found/));

  it('and knows no filter that is not there', () => {
    expect(refusal('{{ text | evaluate }}').message).toMatch(/undefined filter/);
  });

  it('says where a source cannot be read', () => {
    expect(refusal('one\n  {% for x %}{% endfor %}')).toMatchObject({ line: 2, column: 3 });
    expect(refusal('{{ text')).toMatchObject({ line: 1 });
  });
});

const data: LetterData = {
  shop: { name: 'Shop', url: 'https://shop.example', postalAddress: 'Street 1', language: 'en' },
  person: { name: 'Ann' },
  items: [],
  picks: [],
  cartUrl: 'https://shop.example/cart',
  unsubscribeUrl: 'https://w.example/u/1',
};
const letter = (source: string, more: Partial<LetterData> = {}) =>
  renderLetter({
    template: { html: source, text: source },
    subject: '{{ items[0].name }}',
    preheader: '',
    data: { ...data, ...more },
  });
const product = (name: string) => ({
  id: 'p',
  name,
  url: 'https://shop.example/p?a=1&b=2',
  picture: null,
  price: '1',
  oldPrice: null,
});

describe('what a product is called', () => {
  it('is never read as a template, nor as HTML, nor as a header', () => {
    const source = '<p>{% for item in items %}{{ item.name }}{% endfor %}</p>';
    fc.assert(
      fc.property(
        fc.constantFrom('{{ shop.name }}', '{% assign x = 1 %}', '<script>', 'a\r\nBcc: b', '\u202Eevil', '\0'),
        fc.string(),
        (bad, rest) => {
          const { html: shown, subject } = letter(source, { items: [product(bad + rest)] });
          expect(shown).not.toMatch(/<script/i);
          expect(shown.match(/<[^>]*>/g)).toEqual(['<p>', '</p>']);
          if (bad.startsWith('{')) expect(shown).toContain(bad.replaceAll('"', '&#34;'));
          expect(subject).not.toMatch(/[\r\n\0]/);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('an address in a letter', () => {
  const linked = (href: string, more: Partial<LetterData> = {}) => {
    const seen: [string, number][] = [];
    const to = (url: string, number: number) => {
      if (!/^https?:/i.test(url)) return plainLinks.to(url, number);
      seen.push([url, number]);
      return `https://t.example/${number}`;
    };
    const template = { html: `<a href="https://shop.example">s</a><a href="${href}">x</a>`, text: '' };
    const links = { to, opened: null, trap: null };
    const { html } = renderLetter({ template, subject: 's', preheader: '', links, data: { ...data, ...more } });
    const shown = html.slice(html.indexOf('</a>') + 4);
    const alone = renderLetter({ template, subject: 's', preheader: '', data: { ...data, ...more } }).html;
    return { seen: seen.slice(1), shown, alone: alone.slice(alone.indexOf('</a>') + 4) };
  };

  it('is handed on whole, with its number, and takes what it becomes', () => {
    const { seen, shown, alone } = linked('{{ items[0].url }}', { items: [product('x')] });
    expect(seen).toEqual([['https://shop.example/p?a=1&b=2', 2]]);
    expect(shown).toBe('<a href="https://t.example/2">x</a>');
    expect(alone).toBe('<a href="https://shop.example/p?a=1&amp;b=2">x</a>');
  });

  it('with the original’s utm_params behind a question mark that is there already has one question mark', () => {
    const { seen } = linked('{{ items[0].url }}?{{ utm_params }}', {
      items: [product('x')],
      utmParams: 'utm_source=w&utm_medium=email',
    });
    const utm = { source: 'w', medium: 'email', campaign: 'c', content: 'l' };
    expect(utmUrl(seen[0]?.[0] ?? '', utm)).toBe(
      'https://shop.example/p?a=1&b=2&utm_source=w&utm_medium=email&utm_campaign=c&utm_content=l',
    );
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '//evil.example', ' JaVaScRiPt:x', 'vbscript:x', 'file:///etc'])(
    'leads nowhere when it is no address of the web: %s',
    (href) => expect(linked(href)).toEqual({ seen: [], shown: '<a href="#">x</a>', alone: '<a href="#">x</a>' }),
  );

  it('to another program is left alone', () => {
    expect(linked('mailto:a@b.example').shown).toContain('href="mailto:a@b.example"');
  });
});
