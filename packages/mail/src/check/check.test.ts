import type { TemplateDocument } from '@winback/domain';
import { templateDocumentSchema } from '@winback/domain';
import { describe, expect, it } from 'vitest';
import type { LetterData } from '../index.ts';
import { checkTemplate } from '../template/index.ts';

const data: LetterData = {
  shop: { name: 'Shop', url: 'https://shop.example', postalAddress: 'Weg 1 & 2', language: 'en' },
  person: { name: 'Ann' },
  ...{ items: [], picks: [], cartUrl: 'https://shop.example/cart', unsubscribeUrl: 'https://w.example/u/1' },
};
const footer = '<p>{{ shop.postalAddress }} <a href="{{ unsubscribeUrl }}">Leave</a></p>';
const html = (source: string): TemplateDocument => ({
  version: 1,
  mode: 'advanced',
  language: 'html',
  source,
  text: null,
});
const problems = async (document: TemplateDocument, subject = 'Hello') => {
  const of = { use: 'retention', language: 'en', brand: { color: '#1f6f5c', logoUrl: null }, preheader: '' } as const;
  return (await checkTemplate({ ...of, document, subject, data })).problems.map(({ code, level, at }) => [
    code,
    level,
    at.in,
  ]);
};

describe('the check before sending', () => {
  it('has nothing to say of a letter that is right', async () => expect(await problems(html(footer))).toEqual([]));

  it.each([
    ['<script>1</script>', 'active-content', 'stop'],
    ['<p onclick="x()">x</p>', 'active-content', 'stop'],
    ['<base href="https://evil.example">', 'active-content', 'stop'],
    ['<meta http-equiv="refresh" content="0;url=x">', 'active-content', 'stop'],
    ['<form action="https://x.example"></form>', 'active-content', 'warn'],
    ['<a href="javascript:x">x</a>', 'link', 'stop'],
    ['<a href="">x</a>', 'link', 'warn'],
    ['<a href="http://localhost/x">x</a>', 'link', 'stop'],
    ['<a href="https://bit.ly/x">x</a>', 'spam', 'warn'],
    ['<img src="https://shop.example/a.png">', 'alt', 'warn'],
    ['<img src="data:image/png;base64,x" alt="x">', 'picture', 'warn'],
    ['<p style="color:#eeeeee">x</p>', 'contrast', 'warn'],
    ['<p style="color:#222222">x</p>', 'dark-contrast', 'warn'],
    ['{{ search.query }}', 'no-data', 'warn'],
    ['{{ persn.name }}', 'unknown-variable', 'warn'],
  ])('finds where it is: %s', async (source, code, level) => {
    expect(await problems(html(`${footer}\n${source}`))).toContainEqual([code, level, 'source']);
  });

  it('finds what is wrong with the whole', async () => {
    expect(await problems(html('<p>x</p>'))).toEqual(
      expect.arrayContaining([
        ['no-unsubscribe', 'stop', 'letter'],
        ['no-address', 'stop', 'letter'],
      ]),
    );
    expect(await problems(html(footer + 'x '.repeat(42_000)))).toContainEqual(['size', 'warn', 'letter']);
    expect(await problems(html(footer + 'x '.repeat(55_000)))).toContainEqual(['size', 'stop', 'letter']);
    expect(await problems(html(footer), 'x'.repeat(51))).toContainEqual(['subject-long', 'warn', 'subject']);
    expect(await problems(html(footer), 'BUY THIS NOW!!!')).toContainEqual(['spam', 'warn', 'subject']);
    const mjml = { ...html('<mjml><mj-body><mj-nothing /></mj-body></mjml>'), language: 'mjml' };
    expect(await problems(templateDocumentSchema.parse(mjml))).toContainEqual(['mjml', 'stop', 'source']);
  });

  it('names the block', async () => {
    const blocks = [
      { id: 'pic', kind: 'image', src: 'https://shop.example/a.png' },
      { id: 'go', kind: 'button', text: 'Go', to: 'link', href: '' },
      { id: 'end', kind: 'footer', reason: '{{ wrong }}', unsubscribe: 'Leave' },
    ];
    const found = await problems(templateDocumentSchema.parse({ version: 1, mode: 'standard', blocks }));
    expect(found).toEqual([
      ['unknown-variable', 'warn', 'block'],
      ['alt', 'warn', 'block'],
      ['link', 'stop', 'block'],
      ['spam', 'warn', 'letter'],
    ]);
  });
});
